/* A plot in an <svg>: axes with round numbers, and what is drawn on them. */

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { left: 52, right: 12, top: 10, bottom: 24 };

function attributed(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
}

class Plot {
  /* A `logarithmic` plot is given the logarithms of what its vertical axis shows. */
  constructor(svg, logarithmic = false) {
    this.svg = svg;
    this.logarithmic = logarithmic;
    this.axes = svg.appendChild(document.createElementNS(SVG, "g"));
    this.inside = svg.appendChild(document.createElementNS(SVG, "svg")); // cuts off what runs out
    this.lines = {};
    this.resize();
  }

  /* Read only when the size changes: to ask for it makes the browser lay out the page. */
  resize() {
    [this.width, this.height] = [this.svg.clientWidth, this.svg.clientHeight];
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    const [x, y] = [MARGIN.left, MARGIN.top];
    const width = Math.max(1, this.width - x - MARGIN.right);
    const height = Math.max(1, this.height - y - MARGIN.bottom);
    attributed(this.inside, { x, y, width, height, viewBox: `${x} ${y} ${width} ${height}` });
  }

  /* Room for numbers from `x[0]` to `x[1]`, `y[0]` to `y[1]`; draws the axes. */
  frame(x, y) {
    [this.x, this.y] = [x, y];
    this.axes.replaceChildren();
    const across = ticks(...x, this.width / 90);
    labels(across).forEach((told, k) => {
      const left = this.across(across[k]);
      this.rule(across[k], `M${left} ${MARGIN.top}V${this.height - MARGIN.bottom}`);
      this.tick(told, left, this.height - 7, "middle");
    });
    const up = (this.logarithmic ? powers : ticks)(...y, this.height / 50);
    labels(this.logarithmic ? up.map((power) => 10 ** power) : up).forEach((told, k) => {
      const top = this.down(up[k]);
      this.rule(this.logarithmic ? 1 : up[k], `M${MARGIN.left} ${top}H${this.width - MARGIN.right}`);
      this.tick(told, MARGIN.left - 6, top + 4, "end");
    });
  }

  /* A word in the middle, where there is nothing to draw; "" for none. */
  say(word) {
    const text = this.part("word", "text", this.svg);
    attributed(text, { x: (this.width + MARGIN.left) / 2, y: this.height / 2, "text-anchor": "middle" });
    text.textContent = word;
  }

  rule(at, path) {
    const line = this.axes.appendChild(document.createElementNS(SVG, "path"));
    attributed(line, { class: at === 0 ? "zero" : "grid", d: path });
  }

  tick(told, x, y, anchor) {
    const text = this.axes.appendChild(document.createElementNS(SVG, "text"));
    attributed(text, { x, y, "text-anchor": anchor });
    text.textContent = told;
  }

  across(x) {
    const room = this.width - MARGIN.left - MARGIN.right;
    return MARGIN.left + room * ((x - this.x[0]) / (this.x[1] - this.x[0]));
  }

  down(y) {
    const room = this.height - MARGIN.top - MARGIN.bottom;
    return this.height - MARGIN.bottom - room * ((y - this.y[0]) / (this.y[1] - this.y[0]));
  }

  /* The number on the horizontal axis below a place on the screen. */
  at(clientX) {
    const room = this.width - MARGIN.left - MARGIN.right;
    const left = clientX - this.svg.getBoundingClientRect().left - MARGIN.left;
    return this.x[0] + (left / room) * (this.x[1] - this.x[0]);
  }

  /* An element of the plot by its class, made when it is first asked for. */
  part(name, tag, home = this.inside) {
    this.lines[name] ??= home.appendChild(document.createElementNS(SVG, tag));
    this.lines[name].setAttribute("class", name);
    return this.lines[name];
  }

  /* A line through points, or to the right of a single one; it is broken where one is no number,
     or is too far out to be drawn. */
  line(name, points) {
    let path = "", on = false;
    for (const [x, y] of points) {
      const [left, top] = [this.across(x), this.down(y)];
      const seen = Math.abs(left) < 1e6 && Math.abs(top) < 1e6;
      if (seen) path += `${on ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`;
      on = seen;
    }
    this.part(name, "path").setAttribute("d", points.length === 1 && on ? `${path}h8` : path);
  }

  point(x, y, name = "here") {
    const [cx, cy] = [this.across(x), this.down(y)];
    const seen = cx >= MARGIN.left - 1 && cx <= this.width && cy >= 0 && cy <= this.height;
    const circle = this.part(name, "circle", this.svg);
    attributed(circle, seen ? { cx: cx.toFixed(1), cy: cy.toFixed(1), r: 6 } : { r: 0 });
  }
}

/* The range of most of some numbers, with a margin; a few that are far out do not count. */
function spread(numbers, least = []) {
  const known = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (part) => known[Math.round(part * (known.length - 1))];
  const ends = known.length ? [at(0.01), at(0.99)] : [0, 1];
  const low = Math.min(ends[0], ...least.filter(Number.isFinite));
  const high = Math.max(ends[1], ...least.filter(Number.isFinite));
  const margin = 0.08 * (high - low) || Math.max(Math.abs(high), 1e-3) * 0.5;
  return [low - margin, high + margin];
}
