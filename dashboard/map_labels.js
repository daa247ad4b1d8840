// Which names fit? Names of areas and stations, the larger unit first, never over one another.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});

  HalfHour.Labels = HalfHour.Sheet.extend({
    initialize(world) { HalfHour.Sheet.prototype.initialize.call(this, "names", 430); this.world = world; this.shown = []; },
    paint(pen, view) {
      const style = this.world.options.style.labels, unit = this.world.symbolSize();
      const marks = this.world.symbols.boxes(view), names = [];
      this.shown = [];
      for (const wish of this.wanted(view, style)) {
        const line = style[wish.kind], px = Math.round(line.size * unit);
        pen.font = `${line.weight} ${px}px ${HalfHour.FONT}`;
        pen.letterSpacing = line.spacing ? `${line.spacing * unit}px` : "0px";
        const width = pen.measureText(wish.text).width;
        if (wish.room !== undefined && width > wish.room * 1.1) continue;
        const box = place(view.at(wish.xy), width, px, line, unit, { view, names, marks });
        if (!box) continue;
        names.push(box);
        this.shown.push(wish.text);
        write(pen, wish.text, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, px, line);
      }
      pen.letterSpacing = "0px";
    },
    // In order of importance; cells are asked only once they are drawn.
    *wanted(view, style) {
      const { ground, stations } = this.world;
      for (const [level, kind] of [["villages", "village"], ["grids", "grid"], ["cells", "cell"]]) {
        const layer = ground.layers[level];
        if (!layer || layer.typicalSpan * view.scale < style[kind].from_px * this.world.symbolSize()) continue;
        for (const area of layer.areas) {
          const room = (area.box[2] - area.box[0]) * view.scale;
          yield { text: area.short || area.name, xy: area.label, kind, room: kind === "village" ? undefined : room };
        }
        if (level === "villages") for (const place of stations || []) {
          if (view.zoom >= this.world.symbols.homeZoom + place.from) yield { text: place.text, xy: place.xy, kind: "station" };
        }
      }
    },
  });

  // Names that matter step aside for marks, and rather stand on one than go missing.
  function place([x, y], width, height, line, unit, { view, names, marks }) {
    const steps = line.steps || [[0, 0]];
    const boxes = steps.map(([dx, dy]) => boxAround(x + dx * width, y + dy * height + (line.below || 0) * unit, width, height))
      .filter((box) => inView(box, view) && !names.some((other) => overlaps(other, box)));
    return boxes.find((box) => !marks.some((other) => overlaps(other, box))) || (line.steps && boxes[0]);
  }
  function inView(box, view) { return box[2] > 0 && box[3] > 0 && box[0] < view.width && box[1] < view.height; }
  function boxAround(x, y, width, height) { return [x - width / 2 - 3, y - height / 2 - 1, x + width / 2 + 3, y + height / 2 + 1]; }
  function overlaps(a, b) { return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]; }

  function write(pen, text, x, y, px, line) {
    pen.textAlign = "center"; pen.textBaseline = "middle"; pen.lineJoin = "round";
    pen.strokeStyle = line.halo; pen.lineWidth = Math.max(2.5, px * 0.24);
    pen.strokeText(text, x, y);
    pen.fillStyle = line.color;
    pen.fillText(text, x, y);
  }
})();
