"""Live screens: a version for each township's board, and a notification on commit.

The version grows once for each transaction that changed what a board shows, at the very end of the
transaction, so that two of them meet only while they commit and never wait for each other's work.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE board_versions (
    township_code varchar(32) NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_board_versions PRIMARY KEY (township_code),
    CONSTRAINT fk_board_versions_townships FOREIGN KEY (township_code) REFERENCES townships (code)
);
ALTER TABLE board_versions ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON board_versions TO halfhour_app;
CREATE POLICY common ON board_versions FOR SELECT TO halfhour_app
    USING (township_code = (SELECT halfhour.my_township()));

CREATE FUNCTION halfhour.bump_board() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    mark text := pg_current_xact_id()::text || ' ' || NEW.township_code;
    reached bigint;
BEGIN
    IF current_setting('halfhour.bumped', true) = mark THEN
        RETURN NULL;
    END IF;
    INSERT INTO board_versions AS b (township_code, version) VALUES (NEW.township_code, 1)
    ON CONFLICT (township_code) DO UPDATE SET version = b.version + 1
      RETURNING version INTO reached;
    PERFORM set_config('halfhour.bumped', mark, true);
    PERFORM pg_notify('halfhour_board',
                      json_build_object('township', NEW.township_code, 'version', reached)::text);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION halfhour.bump_board() IS
    'count the board on and notify, once for each transaction and township';

CREATE CONSTRAINT TRIGGER board_changed AFTER INSERT OR UPDATE ON requests
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION halfhour.bump_board();
CREATE CONSTRAINT TRIGGER board_changed AFTER INSERT OR UPDATE ON offers
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION halfhour.bump_board();
CREATE CONSTRAINT TRIGGER board_changed AFTER INSERT OR UPDATE ON volunteers
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION halfhour.bump_board();
CREATE CONSTRAINT TRIGGER board_changed AFTER INSERT OR UPDATE ON boundary_editions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION halfhour.bump_board();
CREATE CONSTRAINT TRIGGER board_changed AFTER INSERT OR UPDATE ON stations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION halfhour.bump_board();
CREATE CONSTRAINT TRIGGER board_changed AFTER INSERT OR UPDATE ON road_networks
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION halfhour.bump_board();
"""

DOWN = """
DROP TRIGGER board_changed ON requests;
DROP TRIGGER board_changed ON offers;
DROP TRIGGER board_changed ON volunteers;
DROP TRIGGER board_changed ON boundary_editions;
DROP TRIGGER board_changed ON stations;
DROP TRIGGER board_changed ON road_networks;
DROP FUNCTION halfhour.bump_board();
DROP TABLE board_versions;
"""


def upgrade() -> None:
    """Let screens know when they are old."""
    op.execute(UP)


def downgrade() -> None:
    """Let them guess again."""
    op.execute(DOWN)
