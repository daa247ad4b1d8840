// 指挥大屏: the board over the map. Everything on it comes from one poll, so all figures agree.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});
  const el = HalfHour.element;

  HalfHour.startWall = function (map, options) {
    const world = HalfHour.start(map, { ...options, padding: () => roomForPanels() });
    const panels = buildPanels(world);
    world.describeArea = (found) => describeArea(world, found);
    L.control.scale({ imperial: false, position: "bottomright", maxWidth: 160 }).addTo(map);
    world.ready.then(() => {
      world.board = null;
      panels.name(world.townshipName);
      HalfHour.poll(options.live, options.every_ms, {
        fresh: (board) => show(world, panels, board),
        alive: () => panels.alive(),
        problem: (what) => panels.problem(what),
      });
    }).catch((error) => {
      panels.problem({ status: error.status || 0 });
      if (error.status) setTimeout(() => location.reload(), 5000); else throw error;
    });
    return world;
  };

  function roomForPanels() {
    const width = window.innerWidth, box = (name) => { const n = document.querySelector(name); return n ? n.getBoundingClientRect() : null; };
    const side = box(".panel-left"), list = box(".panel-right"), foot = box(".panel-foot");
    if (width < 900) return { paddingTopLeft: [12, side ? side.bottom + 10 : 12], paddingBottomRight: [12, foot ? window.innerHeight - foot.top + 8 : 12] };
    return { paddingTopLeft: [side ? side.right + 16 : 16, 70], paddingBottomRight: [list ? width - list.left + 16 : 16, foot ? window.innerHeight - foot.top + 12 : 16] };
  }

  // -- the board on the map ---------------------------------------------------------------------

  function show(world, panels, board) {
    const before = world.board;
    world.board = board;
    if (before && before.edition !== board.edition) HalfHour.loadLayers(world); // new borders were published
    const style = world.options.style, t = world.options.texts;
    const stageLabel = new Map(board.counts.by_stage.map((row) => [row.stage, row.label]));
    world.stations = board.stations.map((s) => ({ text: s.name, xy: HalfHour.project(world.map, s.lon, s.lat), from: style.stations[s.kind].named_from }));
    const items = [
      ...board.stations.map((s, k) => item(world, `station ${k}`, s, style.stations[s.kind], () => [
        { class: "card-title", text: s.name }, { text: s.label }])),
      ...board.volunteers.map((v) => item(world, `volunteer ${v.id}`, v, style.volunteers[v.state], () => [
        { class: "card-title", text: v.name }, { text: `${t.volunteer_states[v.state]} · ${v.mode}` }])),
      ...board.requests.filter(onMap).map((r) => item(world, `request ${r.id}`, r, style.stages[r.stage], () => describeRequest(world, r, stageLabel))),
    ];
    world.symbols.set(items);
    tint(world, board);
    world.labels.repaint();
    HalfHour.refreshPopup(world);
    if (before) announce(world, before, board);
    panels.board(board);
  }

  function item(world, key, place, look, describe) {
    return {
      key, look, describe, radius: look.radius, order: look.order, from: look.from,
      latlng: L.latLng(place.lat, place.lon), xy: HalfHour.project(world.map, place.lon, place.lat),
    };
  }

  const onMap = (place) => typeof place.lon === "number";

  function describeRequest(world, request, stageLabel) {
    const t = world.options.texts;
    return [
      { class: "card-title", text: `${shortNumber(request)} · ${stageLabel.get(request.stage) || request.stage}` },
      { text: request.exact === false ? `${shortArea(world, request)} (${t.no_point})` : shortArea(world, request) },
      { text: request.text, class: "card-words" },
      { text: [request.skill_label, `${t.placed} ${clock(request.placed_at)}`, waited(t, request)].filter(Boolean).join(" · ") },
      { text: request.volunteer ? `${t.goes}: ${request.volunteer}${request.travel_s ? ` · ${minutes(t, request.travel_s / 60)}` : ""}` : "" },
    ];
  }

  function describeArea(world, found) {
    const t = world.options.texts, code = found.area.code;
    const open = (world.board ? world.board.requests : []).filter((r) => areaCodes(r).includes(code) || (found.level === "townships"));
    return [
      { class: "card-title", text: found.area.name },
      { text: found.names.slice(0, -1).join(" › ") },
      { text: `${t.open_here} ${open.length}` },
      { text: code, class: "card-code" },
    ];
  }
  const areaCodes = (request) => [request.village, request.grid, request.cell].filter(Boolean);
  const inside = (world, area, place) => HalfHour.holds(area, HalfHour.project(world.map, place.lon, place.lat));

  // Grids with open requests glow by how many there are.
  function tint(world, board) {
    const grids = world.ground.layers.grids, counts = new Map();
    if (!grids) return;
    for (const request of board.requests) {
      const area = request.grid ? grids.byCode.get(request.grid) : onMap(request) && grids.areas.find((candidate) => inside(world, candidate, request));
      if (area) counts.set(area.code, (counts.get(area.code) || 0) + 1);
    }
    const ramp = world.options.style.tint;
    const colours = new Map([...counts].map(([code, n]) => [code, ramp[Math.min(n, ramp.length) - 1]]));
    if (same(colours, world.ground.tint)) return;
    world.ground.tint = colours;
    world.ground.repaint();
  }
  function same(a, b) { return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value); }

  // A request nobody has seen yet calls for the eye, for a while.
  function announce(world, before, board) {
    const known = new Set(before.requests.map((r) => r.id));
    for (const request of board.requests.filter((r) => onMap(r) && !known.has(r.id)).slice(0, 12)) {
      const colour = world.options.style.stages[request.stage].fill;
      const icon = L.divIcon({ className: "pulse", iconSize: [0, 0] });
      const marker = L.marker([request.lat, request.lon], { icon, interactive: false, keyboard: false }).addTo(world.map);
      marker.getElement().style.setProperty("--c", colour);
      setTimeout(() => marker.remove(), 20000);
    }
  }

  // -- the panels -------------------------------------------------------------------------------

  function buildPanels(world) {
    const t = world.options.texts, style = world.options.style, u = world.size;
    const root = el("div", "wall");
    const left = el("section", "panel panel-left"), right = el("section", "panel panel-right"), foot = el("section", "panel panel-foot");
    const name = el("h1", "township", ""), subtitle = el("p", "subtitle", t.title), now = el("p", "clock", "");
    const openCount = el("div", "figure", "–"), stages = el("div", "stages");
    const shift = figureLine(t.on_shift), inTime = figureLine(t.in_time);
    left.append(name, subtitle, now, el("div", "caption", t.open), openCount, stages, shift.box, inTime.box);
    const list = el("ol", "latest"), listTitle = el("div", "caption", t.latest);
    right.append(listTitle, list);
    const state = el("div", "state"), legend = buildLegend(world);
    foot.append(legend, state);
    const notice = el("div", "notice"); notice.hidden = true; notice.setAttribute("role", "status");
    const tools = buildTools(world);
    root.append(left, right, foot, tools, notice);
    document.body.append(root);
    setInterval(() => { now.textContent = longClock(new Date()); }, 1000);
    now.textContent = longClock(new Date());
    let lastGood = null;

    return {
      name(text) { name.textContent = text; },
      board(board) {
        const c = board.counts;
        put(openCount, c.open);
        fillStages(stages, c.by_stage, style, u());
        put(shift.value, c.on_shift); put(shift.note, t.on_shift_note.replace("{free}", c.free).replace("{all}", c.volunteers));
        put(inTime.value, c.sent_today ? `${Math.round((100 * c.in_time_today) / c.sent_today)}%` : "—");
        put(inTime.note, c.sent_today ? t.in_time_note.replace("{sent}", c.sent_today).replace("{in_time}", c.in_time_today) : t.in_time_none);
        fillList(world, list, board);
      },
      alive() {
        lastGood = new Date();
        if (!notice.hidden) { document.documentElement.classList.remove("stale"); notice.hidden = true; }
        put(state, `${t.state_live} ${shortClock(lastGood)} · ${t.edition} ${world.board.edition} · ${t.version} ${world.board.version}`);
      },
      problem({ status, sentence }) {
        document.documentElement.classList.add("stale");
        const since = lastGood ? t.stale_since.replace("{time}", shortClock(lastGood)) : t.stale_never;
        const why = status === 401 ? t.signed_out : status === 0 ? t.server_away : sentence || t.database_away;
        notice.replaceChildren(el("strong", "", since), el("span", "", why));
        notice.hidden = false;
        put(state, since);
      },
    };
  }

  function figureLine(caption) {
    const box = el("div", "line"), value = el("div", "line-value", "–"), note = el("div", "line-note", "");
    box.append(el("div", "caption", caption), value, note);
    return { box, value, note };
  }

  // Text is written only if it differs: an unchanged board repaints nothing.
  function put(node, value) { const text = String(value); if (node.textContent !== text) node.textContent = text; }

  function fillStages(box, rows, style, unit) {
    const most = Math.max(1, ...rows.map((row) => row.count));
    if (box.children.length !== rows.length) {
      box.replaceChildren(...rows.map((row) => {
        const line = el("div", "stage"), bar = el("div", "bar"), filled = el("div", "bar-filled");
        filled.style.background = style.stages[row.stage].fill;
        bar.append(filled);
        line.append(HalfHour.symbolElement(style.stages[row.stage], 26 * unit), el("span", "stage-label", row.label), bar, el("span", "stage-count", ""));
        return line;
      }));
    }
    rows.forEach((row, k) => {
      put(box.children[k].querySelector(".stage-count"), row.count);
      box.children[k].querySelector(".bar-filled").style.width = `${(100 * row.count) / most}%`;
    });
  }

  function fillList(world, list, board) {
    const t = world.options.texts, style = world.options.style;
    const stageLabel = new Map(board.counts.by_stage.map((row) => [row.stage, row.label]));
    const rows = board.requests.slice().sort((a, b) => (a.placed_at < b.placed_at ? 1 : -1)).slice(0, 12);
    if (!rows.length) { list.replaceChildren(el("li", "empty", t.nothing_open)); return; }
    list.replaceChildren(...rows.map((request) => {
      const row = el("li", "row"), words = el("div", "row-words"), button = el("button", "row-button");
      words.append(el("div", "row-area", shortArea(world, request)), el("div", "row-note", [shortNumber(request), request.skill_label, stageLabel.get(request.stage)].filter(Boolean).join(" · ")));
      button.append(HalfHour.symbolElement(style.stages[request.stage], 26 * world.size()), words, el("div", "row-time", waited(t, request)));
      button.addEventListener("click", () => goTo(world, request));
      row.append(button);
      return row;
    }));
  }

  function goTo(world, request) {
    if (!onMap(request)) return;
    world.moved = true;
    world.map.setView([request.lat, request.lon], Math.max(world.map.getZoom(), world.symbols.homeZoom + 2), { animate: true });
    world.map.once("moveend", () => HalfHour.choose(world, `request ${request.id}`));
  }

  function buildLegend(world) {
    const t = world.options.texts, style = world.options.style, unit = world.size(), box = el("div", "legend");
    const entry = (look, text) => { const line = el("span", "entry"); line.append(HalfHour.symbolElement(look, 20 * unit), document.createTextNode(text)); box.append(line); };
    for (const [state, label] of Object.entries(t.volunteer_states)) entry(style.volunteers[state], label);
    for (const [kind, label] of Object.entries(t.station_kinds)) entry(style.stations[kind], label);
    const circle = el("span", "entry"), patch = el("i", "patch");
    circle.append(patch, document.createTextNode(t.half_hour));
    box.append(circle);
    return box;
  }

  function buildTools(world) {
    const t = world.options.texts, box = el("div", "tools");
    const button = (strokes, title, action) => { const b = el("button", "tool"); b.append(HalfHour.icon(strokes)); b.title = title; b.setAttribute("aria-label", title); b.addEventListener("click", action); box.append(b); return b; };
    button("M12 5v14M5 12h14", t.zoom_in, () => { world.moved = true; world.map.zoomIn(1); });
    button("M5 12h14", t.zoom_out, () => { world.moved = true; world.map.zoomOut(1); });
    button("M4 11l8-7 8 7M6 10v10h12V10", t.whole, () => { world.moved = false; world.map.closePopup(); world.goHome(); });
    button("M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5", t.full_screen, () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
    return box;
  }

  // -- time in words ----------------------------------------------------------------------------

  const zone = "Asia/Shanghai";
  const format = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: zone, hour12: false, ...options });
  const hourMinute = format({ hour: "2-digit", minute: "2-digit" }), withSeconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const day = format({ month: "long", day: "numeric", weekday: "long" });
  function clock(iso) { return hourMinute.format(new Date(iso)); }
  function shortClock(date) { return withSeconds.format(date); }
  function longClock(date) { return `${day.format(date)} ${hourMinute.format(date)}`; }
  // Everybody here knows the township, and a village said once is said.
  function shortArea(world, request) {
    let text = request.area || "";
    if (world.townshipName && text.startsWith(world.townshipName)) text = text.slice(world.townshipName.length) || text;
    for (const { name } of world.ground.layers.villages ? world.ground.layers.villages.areas : []) {
      if (text.startsWith(name)) return name + text.slice(name.length).replace(name, "");
    }
    return text;
  }
  // The serial within township and year is what people say aloud.
  function shortNumber(request) { return `№ ${Number(request.number.split("-").pop())}`; }
  function minutes(t, value) { return t.minutes.replace("{n}", Math.max(1, Math.ceil(value))); }
  function waited(t, request) {
    const gone = Math.max(0, (Date.now() - new Date(request.placed_at)) / 60000);
    if (gone < 1) return t.waited_none;
    if (gone < 60) return t.waited_minutes.replace("{n}", Math.round(gone));
    return gone < 60 * 48 ? t.waited_hours.replace("{n}", Math.round(gone / 60)) : t.waited_days.replace("{n}", Math.round(gone / 1440));
  }
})();
