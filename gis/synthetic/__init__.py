"""A township that does not exist: mountains, villages, households, roads and names (演示乡镇).

Everything follows from one seed, and the same seed gives the same bytes. Start at
`gis.synthetic.township.make_township`.
"""
