/* The plane: a square around all points. */

const plane = (() => {
  const sides = [0, 1].map((k) => {
    const some = points.map(({ base }) => base[k]);
    return [Math.min(...some), Math.max(...some)];
  });
  const half = 0.62 * Math.max(...sides.map(([low, high]) => high - low)) || 1;
  return sides.map(([low, high]) => [(low + high) / 2 - half, (low + high) / 2 + half]);
})();
const unit = (plane[0][1] - plane[0][0]) / 8; // of noise
const across = (x) => (100 * (x - plane[0][0])) / (plane[0][1] - plane[0][0]);
const down = (y) => (100 * (plane[1][1] - y)) / (plane[1][1] - plane[1][0]);

const GRID = 36;
const cells = Array.from({ length: GRID * GRID }, (_, i) => [
  plane[0][0] + (((i % GRID) + 0.5) / GRID) * (plane[0][1] - plane[0][0]),
  plane[1][1] - ((Math.floor(i / GRID) + 0.5) / GRID) * (plane[1][1] - plane[1][0]),
]);
const maps = told.neurons.map(() => new Float64Array(GRID * GRID));
const outputMap = new Float64Array(GRID * GRID);

function drawMaps() {
  cells.forEach((at, i) => {
    training.set(at, points[chosen].target);
    training.graph.forward(all);
    outputMap[i] = all[told.output];
    told.neurons.forEach(({ output }, k) => (maps[k][i] = all[output]));
  });
  const most = (grid, middle) => grid.reduce((a, b) => Math.max(a, Math.min(Math.abs(b - middle), 1e300)), 1e-9);
  const far = Math.max(reach, most(outputMap, told.threshold) / 2);
  paint(byId("ground"), outputMap, GRID, told.threshold, far);
  told.neurons.forEach(({ output }, k) => {
    const last = output === told.output;
    paint(tiles[k].canvas, maps[k], GRID, last ? told.threshold : 0, last ? far : most(maps[k], 0));
  });
}

/* Points: each can be dragged, and moved by keys. */

const circles = points.map((_, i) => {
  const circle = byId("points").appendChild(document.createElementNS(SVG, "circle"));
  attributed(circle, { r: 1.9, role: "button", tabindex: -1 });
  circle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    choose(i);
    circle.setPointerCapture(event.pointerId);
    circle.focus();
  });
  circle.addEventListener("pointermove", (event) => {
    if (!(event.buttons & 1)) return;
    const box = byId("plane").getBoundingClientRect();
    const part = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    moveTo(i, plane.map(([low, high], k) => low + part[k] * (high - low)));
  });
  circle.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const pace = (plane[0][1] - plane[0][0]) / (event.shiftKey ? 20 : 100);
    const other = { ",": -1, ".": 1 }[event.key];
    if (!way && !other) return;
    event.preventDefault();
    if (way) return moveTo(i, points[i].at.map((x, k) => x + pace * way[k]));
    choose((i + other + points.length) % points.length);
    circles[chosen].focus();
  });
  return circle;
});

function moveTo(i, at) {
  const point = points[i], noise = Number(byId("noise").value);
  point.base = at.map((x, k) => {
    const [low, high] = plane[k];
    return Math.min(high, Math.max(low, x)) - noise * unit * point.shift[k];
  });
  place();
  measured();
}

function place() {
  const noise = Number(byId("noise").value);
  points.forEach((point, i) => {
    point.at = point.base.map((x, k) => x + noise * unit * point.shift[k]);
    attributed(circles[i], { cx: across(point.at[0]).toFixed(2), cy: down(point.at[1]).toFixed(2) });
  });
  byId("noise-told").textContent = number(noise);
}

/* Full colours, which stand out from those of the map. */
function tint() {
  const ground = paper();
  points.forEach(({ target }, i) => {
    const strong = shade(target, told.middle, reach, ground).map((x, k) => x + 0.18 * (x - ground[k]));
    circles[i].style.fill = `rgb(${strong.map(Math.round).join()})`;
    circles[i].classList.toggle("between", Math.abs(target - told.middle) < reach / 4); // pale
  });
}

function choose(i) {
  circles[chosen].classList.remove("chosen");
  circles[chosen].tabIndex = -1;
  chosen = i;
  circles[chosen].classList.add("chosen");
  circles[chosen].tabIndex = 0;
  if (circles[chosen].nextSibling) byId("points").append(circles[chosen]); // above the others
  changed();
}
