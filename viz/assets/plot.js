/* A plot in an <svg>: axes with round numbers, and what is drawn on them. */

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { left: 52, right: 12, top: 10, bottom: 24 };

class Plot {
  constructor(svg) {
    this.svg = svg;
    this.axes = svg.appendChild(document.createElementNS(SVG, "g"));
    this.lines = {};
    this.resize();
  }

  /* Read only when the size changes: to ask for it makes the browser lay out the page. */
  resize() {
    [this.width, this.height] = [this.svg.clientWidth, this.svg.clientHeight];
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
  }

  /* Room for numbers from `x[0]` to `x[1]`, `y[0]` to `y[1]`; draws the axes. */
  frame(x, y) {
    [this.x, this.y] = [x, y];
    this.axes.replaceChildren();
    for (const at of ticks(...x, this.width / 90)) {
      const left = this.across(at);
      this.rule(at, `M${left} ${MARGIN.top}V${this.height - MARGIN.bottom}`);
      this.tick(at, left, this.height - 7, "middle");
    }
    for (const at of ticks(...y, this.height / 50)) {
      const top = this.down(at);
      this.rule(at, `M${MARGIN.left} ${top}H${this.width - MARGIN.right}`);
      this.tick(at, MARGIN.left - 6, top + 4, "end");
    }
  }

  rule(at, path) {
    const line = this.axes.appendChild(document.createElementNS(SVG, "path"));
    line.setAttribute("class", at === 0 ? "zero" : "grid");
    line.setAttribute("d", path);
  }

  tick(at, x, y, anchor) {
    const text = this.axes.appendChild(document.createElementNS(SVG, "text"));
    for (const [key, value] of Object.entries({ x, y, "text-anchor": anchor })) text.setAttribute(key, value);
    text.textContent = number(at);
  }

  across(x) {
    const room = this.width - MARGIN.left - MARGIN.right;
    return MARGIN.left + (room * (x - this.x[0])) / (this.x[1] - this.x[0]);
  }

  down(y) {
    const room = this.height - MARGIN.top - MARGIN.bottom;
    return this.height - MARGIN.bottom - (room * (y - this.y[0])) / (this.y[1] - this.y[0]);
  }

  /* The number on the horizontal axis below a place on the screen. */
  at(clientX) {
    const room = this.width - MARGIN.left - MARGIN.right;
    const left = clientX - this.svg.getBoundingClientRect().left - MARGIN.left;
    return this.x[0] + (left / room) * (this.x[1] - this.x[0]);
  }

  /* An element of the plot by its class, made when it is first asked for. */
  part(name, tag) {
    this.lines[name] ??= this.svg.appendChild(document.createElementNS(SVG, tag));
    this.lines[name].setAttribute("class", name);
    return this.lines[name];
  }

  /* A line through points; it is broken where one is no number. What lies far outside is cut. */
  line(name, points) {
    let path = "", on = false;
    const limit = (top) => Math.min(this.height * 3, Math.max(-this.height * 2, top));
    for (const [x, y] of points) {
      if (Number.isFinite(y)) path += `${on ? "L" : "M"}${this.across(x).toFixed(1)} ${limit(this.down(y)).toFixed(1)}`;
      on = Number.isFinite(y);
    }
    this.part(name, "path").setAttribute("d", path);
  }

  point(x, y) {
    const circle = this.part("here", "circle");
    const seen = Number.isFinite(x) && Number.isFinite(y);
    circle.setAttribute("r", seen ? 6 : 0);
    if (!seen) return;
    circle.setAttribute("cx", this.across(x).toFixed(1));
    circle.setAttribute("cy", this.down(y).toFixed(1));
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
