/* A figure whose texts a page fills in, by the marks that viz.live.figure made. */

const HIDDEN = undefined;
const shown = (x) => (x === HIDDEN ? "?" : number(x));
const KINDS = {
  value: ([value], all) => all[value],
  gradient: ([value], all, passed, hides) => (hides(value) ? HIDDEN : passed.gradients[value] ?? 0),
  delta: ([value], all, passed, hides) => (hides(value) ? HIDDEN : passed.gradients[value] ?? 0),
  local: ([value, slot], all, passed) => passed.locals[value][slot],
  message: ([value, slot], all, passed, hides) => (hides() ? HIDDEN : passed.messages[value][slot] ?? 0),
};
const WRITTEN = {
  value: number,
  gradient: (x) => `∂ ${shown(x)}`,
  delta: shown,
  local: (x) => `×${number(x)}`,
  message: (x) => ` (${x === HIDDEN ? "?" : signed(x)})`,
};
const WIDTHS = 18;

class Figure {
  /* `hides` says of a value if its gradient is hidden, and without one, if messages are. */
  constructor(element, saturated, hides = () => false) {
    this.element = element;
    this.saturated = saturated;
    this.hides = hides;
    this.texts = Object.keys(KINDS).flatMap((kind) => this.marked(kind, (one, place) =>
      ({ element: one, kind, place, node: one.firstChild, lit: false })));
    this.notes = this.marked("note", (group, [, value, ...slots], [kind]) => ({ group, kind, value, slots }));
    const groups = Map.groupBy(element.querySelectorAll("[data-flow]"), (group) => group.dataset.flow);
    this.flows = [...groups].map(([place, some]) => ({
      place: place.split(" ").map(Number),
      lines: some.flatMap((group) => [...group.querySelectorAll("path, polygon[stroke='none']")]),
    }));
  }

  /* Show other values in the same places; `map` says which stands for which. */
  use(map) {
    for (const one of [...this.texts, ...this.flows]) {
      one.drawn ??= one.place;
      one.place = [map[one.drawn[0]], ...one.drawn.slice(1)];
    }
    for (const one of this.notes) {
      one.drawn ??= one.value;
      one.value = map[one.drawn];
    }
  }

  marked(name, made) {
    return [...this.element.querySelectorAll(`[data-${name}]`)].map((one) => {
      const words = one.dataset[name].split(" ");
      return made(one, words.map(Number), words);
    });
  }

  /* Each text is written only when its number has changed, and then lights up. */
  write(all, passed) {
    for (const text of this.texts) {
      const x = KINDS[text.kind](text.place, all, passed, this.hides);
      if ("last" in text && Object.is(x, text.last)) continue;
      text.node.data = WRITTEN[text.kind](x).replaceAll(" ", "\u00a0");
      if ("last" in text && !text.lit) {
        text.element.classList.add("lit");
        text.lit = true;
      }
      text.last = x;
    }
    this.writeNotes(passed);
    this.fade();
  }

  /* Operations that pass little or nothing. */
  writeNotes(passed) {
    for (const { group, kind, value, slots } of this.notes) {
      const limit = kind === "off" ? Number.MIN_VALUE : this.saturated;
      const low = slots.every((slot) => Math.abs(passed.locals[value][slot]) < limit);
      group.classList.toggle(kind, low);
    }
  }

  /* Wires as wide as what comes down them, or all alike. */
  writeFlows(passed, wide) {
    this.element.classList.toggle("flows", wide);
    const size = ([value, slot]) => Math.abs(
      (slot === undefined ? passed.gradients[value] : passed.messages[value][slot]) ?? 0);
    const sizes = this.flows.map(({ place }) => (wide ? size(place) : 0));
    const most = sizes.reduce((a, b) => (b > a && b < Infinity ? b : a), 0) || 1;
    this.flows.forEach((one, i) => {
      const part = sizes[i] <= most ? Math.sqrt(sizes[i] / most) : 1;
      const width = wide ? Math.round(WIDTHS * part) : undefined;
      if (one.width === width) return;
      one.width = width;
      for (const line of one.lines) {
        line.style.strokeWidth = wide ? (line.localName === "path" ? 1 : 0) + width / 5 : "";
      }
    });
  }

  fade() {
    clearTimeout(this.fading);
    this.fading = setTimeout(() => {
      for (const text of this.texts) {
        if (text.lit) text.element.classList.remove("lit");
        text.lit = false;
      }
    }, 450);
  }

  /* As wide as its room, but never too small to read. */
  fit(smallest = 0.92, largest = 1.8) {
    const svg = this.element.firstElementChild;
    const { width, height } = svg.viewBox.baseVal;
    const scale = Math.min(largest, Math.max(smallest, this.element.clientWidth / width));
    svg.style.width = `${Math.floor(scale * width)}px`;
    svg.style.height = `${Math.floor(scale * height)}px`;
  }
}
