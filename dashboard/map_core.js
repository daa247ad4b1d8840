// One map of ours: its layers by URL, its size, what a click picks, its cards, its poll.
//
// The script is the same for everybody and never carries data. Words of people reach the page
// through textContent only.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});

  HalfHour.start = function (map, options) {
    // A wall's figures and marks grow with the screen; a map inside a page keeps to reading size.
    const share = () => Math.min(window.innerWidth / 1920, window.innerHeight / 1080);
    const size = () => (options.theme === "dark" && window.innerWidth > 900 ? Math.max(0.66, Math.min(3, share())) : 1);
    const symbolSize = () => (window.innerWidth < 700 ? 0.72 : Math.max(0.85, size()));
    document.documentElement.lang = "zh-CN";
    document.documentElement.dataset.theme = options.theme;
    document.documentElement.style.setProperty("--u", `${size()}px`);
    if (map.attributionControl) map.attributionControl.setPrefix(false);
    map.options.zoomSnap = 0.25; map.options.zoomDelta = 0.5; map.options.wheelPxPerZoomLevel = 120;
    const world = { map, options, size, symbolSize, data: new Map(), listeners: [], problem: null };
    world.ready = loadGround(world);
    new ResizeObserver(() => {
      document.documentElement.style.setProperty("--u", `${size()}px`);
      map.invalidateSize({ animate: false });
      if (world.home && !world.moved) world.goHome();
    }).observe(map.getContainer());
    map.on("dragstart zoomstart", (event) => { if (world.home && !world.going) world.moved = true; });
    map.on("mousemove", L.Util.throttle((event) => {
      const hit = world.symbols && world.symbols.nearest(event.containerPoint);
      map.getContainer().style.cursor = hit ? "pointer" : options.cursor || "";
    }, 60));
    map.on("click", (event) => { if (world.symbols) pick(world, event); });
    world.goHome = () => {
      world.going = true;
      map.fitBounds(world.home, { ...options.padding(), animate: false });
      if (world.symbols) world.symbols.homeZoom = map.getZoom();
      world.going = false;
    };
    window.halfhour = world;
    return world;
  };

  async function loadGround(world) {
    const { map, options } = world;
    const townships = await HalfHour.fetchJson(options.urls.townships);
    world.townshipName = townships.features.map((f) => f.properties.name).join(" ");
    world.home = L.geoJSON(townships).getBounds();
    const centre = world.home.getCenter();
    HalfHour.project(map, centre.lng, centre.lat);
    world.goHome();
    world.ground = new HalfHour.Ground(options.style, world.symbolSize).addTo(map);
    world.symbols = new HalfHour.Symbols(world.symbolSize);
    world.symbols.homeZoom = map.getZoom();
    world.symbols.addTo(map);
    world.labels = new HalfHour.Labels(world).addTo(map);
    await HalfHour.loadLayers(world);
    document.documentElement.dataset.painted = "yes";
  }

  HalfHour.loadLayers = async function (world) {
    const areas = ["townships", "villages", "grids", "cells", "half_hour"];
    await Promise.all([...areas.map((name) => add(world, name, HalfHour.areaLayer)), add(world, "roads", HalfHour.lineLayer)]);
    shortenNames(world.ground.layers);
    world.labels.repaint();
  };

  // Inside a village its name need not stand in front of every grid and cell.
  function shortenNames({ villages, grids, cells }) {
    const names = villages ? villages.areas.map((area) => area.name).sort((a, b) => b.length - a.length) : [];
    for (const layer of [grids, cells]) for (const area of layer ? layer.areas : []) {
      const prefix = names.find((name) => area.name.startsWith(name) && area.name.length > name.length);
      area.short = prefix ? area.name.slice(prefix.length) : area.name;
    }
  }

  async function add(world, name, build) {
    if (!world.options.urls[name]) return;
    try {
      world.ground.set(name, build(world.map, await HalfHour.fetchJson(world.options.urls[name])));
    } catch (error) {
      if (!error.status) throw error; // a layer that is not imported is left out; a bug is not hidden
    }
  }

  HalfHour.fetchJson = async function (url) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw Object.assign(new Error(`${url}: ${answer.status}`), { status: answer.status });
    return answer.json();
  };

  // -- picking and cards ---------------------------------------------------------------------------

  function pick(world, event) {
    const item = world.symbols.nearest(event.containerPoint);
    if (item) return HalfHour.choose(world, item.key);
    if (world.onGround) return world.onGround(event);
    const area = HalfHour.areaAt(world, event.latlng);
    world.ground.picked = area ? area.area : null;
    world.ground.repaint();
    HalfHour.choose(world, null);
    if (area) HalfHour.popup(world, event.latlng, world.describeArea(area));
  }

  HalfHour.areaAt = function (world, latlng) {
    const xy = HalfHour.project(world.map, latlng.lng, latlng.lat), found = { names: [] };
    for (const level of ["townships", "villages", "grids", "cells"]) {
      const layer = world.ground.layers[level];
      if (!layer || (level === "cells" && !world.ground.shows("cells", { scale: world.map.getZoomScale(world.map.getZoom(), HalfHour.BASE_ZOOM) }))) continue;
      const area = layer.areas.find((candidate) => HalfHour.holds(candidate, xy));
      if (area) { found.area = area; found.level = level; found.names.push(area.name); }
    }
    return found.area ? found : null;
  };

  HalfHour.choose = function (world, key) {
    world.symbols.chosen = key;
    world.symbols.repaint();
    const item = key && world.symbols.items.find((candidate) => candidate.key === key);
    if (!item) { world.map.closePopup(); return; }
    world.ground.picked = null;
    HalfHour.popup(world, item.latlng, item.describe(), key);
  };

  // rows: [{text, class}]; always textContent.
  HalfHour.popup = function (world, latlng, rows, key) {
    const box = HalfHour.element("div", "card");
    rows.filter((row) => row && row.text).forEach((row) => box.append(HalfHour.element("div", row.class || "card-line", row.text)));
    if (world.popup && world.popup.isOpen() && key && world.popup.key === key) {
      world.popup.setLatLng(latlng).setContent(box);
      return;
    }
    world.popup = L.popup({ maxWidth: 340 * world.size(), autoPanPadding: [24, 24], closeButton: false }).setLatLng(latlng).setContent(box).openOn(world.map);
    world.popup.key = key;
    world.popup.on("remove", () => { if (world.symbols.chosen === key) { world.symbols.chosen = null; world.ground.picked = null; world.symbols.repaint(); world.ground.repaint(); } });
  };

  // After new data: the open card follows its item, and goes when the item has gone.
  HalfHour.refreshPopup = function (world) {
    const key = world.popup && world.popup.isOpen() && world.popup.key;
    if (!key) return;
    const item = world.symbols.items.find((candidate) => candidate.key === key);
    if (item) HalfHour.popup(world, item.latlng, item.describe(), key);
    else world.map.closePopup();
  };

  HalfHour.element = function (tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  };

  HalfHour.icon = function (strokes) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24"); svg.setAttribute("aria-hidden", "true"); svg.setAttribute("class", "icon");
    path.setAttribute("d", strokes);
    svg.append(path);
    return svg;
  };

  // -- polling ----------------------------------------------------------------------------------

  // Calls `fresh(data)` only when something changed, `alive()` at every good answer, and
  // `problem({status, sentence})` when the server or its database is away.
  HalfHour.poll = function (url, every_ms, { fresh, alive, problem }) {
    let tag = null, waiting = false;
    async function ask() {
      if (waiting) return;
      waiting = true;
      const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 8000);
      try {
        const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", signal: stop.signal, headers: tag ? { "If-None-Match": tag } : {} });
        if (answer.status === 200) {
          const data = await answer.json();
          tag = answer.headers.get("ETag");
          fresh(data); alive();
        } else if (answer.status === 304) alive();
        else problem({ status: answer.status, sentence: ((await answer.json().catch(() => ({}))) || {}).sentence });
      } catch (error) {
        if (error instanceof TypeError || error.name === "AbortError") problem({ status: 0 });
        else throw error;
      } finally { clearTimeout(timer); waiting = false; }
    }
    ask();
    return setInterval(ask, every_ms);
  };
})();
