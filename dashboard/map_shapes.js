// What does a thing look like? One drawing function for the map, the legend and the panels.
//
// Shape says what kind of thing and which stage, colour says it again: nobody needs both to read
// the map. Every drawing is centred on 0,0 and about 2 × radius across.
(function () {
  "use strict";
  const HalfHour = (window.HalfHour = window.HalfHour || {});

  const OUTLINES = {
    circle(pen, r) { pen.arc(0, 0, r, 0, Math.PI * 2); },
    diamond(pen, r) { polygon(pen, [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]], r); },
    square(pen, r) { pen.rect(-0.92 * r, -0.92 * r, 1.84 * r, 1.84 * r); },
    triangle(pen, r) { polygon(pen, [[0, -1.2], [1.15, 0.85], [-1.15, 0.85]], r); },
    hexagon(pen, r) {
      polygon(pen, [0, 1, 2, 3, 4, 5].map((k) => [1.08 * Math.sin(k * Math.PI / 3), -1.08 * Math.cos(k * Math.PI / 3)]), r);
    },
    house(pen, r) { polygon(pen, [[0, -1.25], [1.15, -0.3], [1.15, 1], [-1.15, 1], [-1.15, -0.3]], r); },
    drop(pen, r) {
      pen.moveTo(0, 1.9 * r);
      pen.bezierCurveTo(-0.5 * r, 0.9 * r, -1.1 * r, 0.5 * r, -1.1 * r, -0.2 * r);
      pen.arc(0, -0.2 * r, 1.1 * r, Math.PI, 0);
      pen.bezierCurveTo(1.1 * r, 0.5 * r, 0.5 * r, 0.9 * r, 0, 1.9 * r);
    },
  };

  function polygon(pen, corners, r) {
    corners.forEach(([x, y], k) => (k ? pen.lineTo(x * r, y * r) : pen.moveTo(x * r, y * r)));
    pen.closePath();
  }

  // look: {shape, fill, line, glyph, glyphColor, half}
  HalfHour.drawSymbol = function (pen, x, y, radius, look) {
    pen.save();
    pen.translate(x, y);
    pen.beginPath();
    OUTLINES[look.shape](pen, radius);
    pen.lineJoin = "round";
    pen.lineWidth = Math.max(1.5, radius * 0.34);
    pen.strokeStyle = look.line;
    pen.stroke();
    if (look.half) halfFilled(pen, radius, look);
    else { pen.fillStyle = look.fill; pen.fill(); }
    if (look.glyph && radius >= 6) glyph(pen, radius, look);
    pen.restore();
  };

  function halfFilled(pen, radius, look) {
    pen.fillStyle = look.line;
    pen.fill();
    pen.clip();
    pen.fillStyle = look.fill;
    pen.fillRect(-2 * radius, 0, 4 * radius, 2 * radius);
    pen.strokeStyle = look.fill;
    pen.lineWidth = Math.max(1.5, radius * 0.4);
    pen.stroke();
  }

  function glyph(pen, radius, look) {
    pen.fillStyle = look.glyphColor || look.line;
    pen.font = `700 ${Math.round(radius * 1.25)}px ${HalfHour.FONT}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(look.glyph, 0, look.shape === "triangle" ? radius * 0.2 : radius * 0.1);
  }

  // The same drawing as a small element, for legends and lists.
  HalfHour.symbolElement = function (look, wanted) {
    const size = Math.max(18, wanted); // below that a glyph cannot be read
    const canvas = document.createElement("canvas");
    const ratio = Math.max(2, window.devicePixelRatio || 1);
    canvas.width = canvas.height = Math.round(size * ratio);
    canvas.style.width = canvas.style.height = `${size}px`;
    canvas.setAttribute("aria-hidden", "true");
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    HalfHour.drawSymbol(pen, size / 2, size / 2, size * 0.35, look);
    return canvas;
  };
})();
