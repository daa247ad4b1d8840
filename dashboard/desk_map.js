// 点单台: one request at a time on the map. The page says what to show; clicks are told to the page.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});
  const el = HalfHour.element;

  HalfHour.startDesk = function (map, options) {
    const edge = { paddingTopLeft: [28, 28], paddingBottomRight: [28, 40] };
    const world = HalfHour.start(map, { ...options, cursor: "crosshair", padding: () => edge });
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    document.body.append(tools(world), (world.hint = el("div", "desk-hint", options.texts.hint)));
    world.onGround = (event) => { if (!world.wanted || world.wanted.pinnable) tellPin(world, event.latlng); };
    world.ready.then(() => { if (world.wanted) HalfHour.showDesk(world, world.wanted); });
    return world;
  };

  // values: {options: [{id, n, lon, lat, label}], pin, request: {stage, lon, lat, label},
  //          people: [{id, n, name, note, lon, lat}], route: [[lon, lat]], view}
  HalfHour.showDesk = function (world, values) {
    world.wanted = values;
    if (!world.symbols) return;
    world.hint.hidden = !values.pinnable;
    const style = world.options.style, items = [];
    const add = (key, place, look, title, note, told) => items.push({
      key, look, radius: look.radius, order: look.order, told,
      latlng: L.latLng(place.lat, place.lon), xy: HalfHour.project(world.map, place.lon, place.lat),
      describe: () => [{ class: "card-title", text: title }, { text: note }],
    });
    values.people.forEach((p) => add(`person ${p.id}`, p, { ...style.going, glyph: p.n ? String(p.n) : world.options.texts.going, order: style.going.order - p.n }, p.name, p.note, p.n ? { op: "person", id: p.id } : null));
    world.ground.picked = null;
    values.options.filter((o) => placed(world, o)).forEach((o) => add(`option ${o.id}`, o, { ...style.option, glyph: String(o.n), order: style.option.order - o.n }, o.label, "", { op: "option", id: o.id }));
    if (values.request) add("request", values.request, { ...style.stages[values.request.stage], radius: 11, order: 88 }, values.request.label, "");
    if (values.pin) add("pin", values.pin, style.pin, values.pin.label, "");
    world.symbols.line = values.route.length > 1 ? { strokes: style.route, points: values.route.map(([lon, lat]) => HalfHour.project(world.map, lon, lat)) } : null;
    world.symbols.set(items);
    world.labels.repaint();
    if (values.view !== world.view) { world.view = values.view; look(world, values, items); }
  };

  // A place known only as an area stands at the area's name, and the best one is outlined.
  function placed(world, option) {
    const layers = world.ground.layers;
    const area = ["cells", "grids", "villages"].map((level) => layers[level] && layers[level].byCode.get(option.area)).find(Boolean);
    if (area && option.n === 1) { world.ground.picked = area; world.ground.repaint(); }
    if (option.lon !== undefined) return true;
    if (!area) return false;
    const at = world.map.unproject(L.point(area.label).add(HalfHour.origin), HalfHour.BASE_ZOOM);
    option.lon = at.lng; option.lat = at.lat;
    return true;
  }

  // Go where the attention is; a rerun with the same view leaves pan and zoom alone.
  function look(world, values, items) {
    world.map.closePopup();
    if (!items.length) { world.moved = false; world.goHome(); return; }
    const bounds = L.latLngBounds(items.map((item) => item.latlng));
    values.route.forEach(([lon, lat]) => bounds.extend([lat, lon]));
    world.moved = true;
    world.map.fitBounds(bounds, { padding: [60, 60], maxZoom: world.symbols.homeZoom + 3.5, animate: true });
  }

  function tellPin(world, latlng) {
    const area = HalfHour.areaAt(world, latlng);
    const names = area ? area.names : [];
    tell(world, { op: "pin", lon: round(latlng.lng), lat: round(latlng.lat), names });
    HalfHour.showDesk(world, { ...(world.wanted || { options: [], people: [], route: [], pinnable: true }), pin: { lon: latlng.lng, lat: latlng.lat, label: names.join(" ") } });
  }

  // A sequence number tells the page a new click from an old one; it survives a reload of the page.
  function tell(world, event) { window.Streamlit.setComponentValue({ ...event, seq: Date.now() }); }
  const round = (degrees) => Math.round(degrees * 1e7) / 1e7;

  const choose = HalfHour.choose;
  HalfHour.choose = function (world, key) {
    const item = key && world.symbols.items.find((candidate) => candidate.key === key);
    choose(world, key);
    if (item && item.told) tell(world, item.told);
  };

  function tools(world) {
    const t = world.options.texts, box = el("div", "tools wall");
    const button = (strokes, title, action) => { const b = el("button", "tool"); b.append(HalfHour.icon(strokes)); b.title = title; b.setAttribute("aria-label", title); b.addEventListener("click", action); box.append(b); };
    button("M12 5v14M5 12h14", t.zoom_in, () => { world.moved = true; world.map.zoomIn(1); });
    button("M5 12h14", t.zoom_out, () => { world.moved = true; world.map.zoomOut(1); });
    button("M4 11l8-7 8 7M6 10v10h12V10", t.whole, () => { world.moved = false; world.map.closePopup(); world.goHome(); });
    return box;
  }
})();
