/* An input moves. */

function set(input, x) {
  if (Object.is(all[input.number], x)) return;
  all[input.number] = x;
  widen(input);
  choose(input);
  startAnew();
}

/* A range holds its number, wherever that came from, unless it is on no axis. */
function widen(input) {
  const x = all[input.number];
  if (!(Math.abs(x) < 1e300)) return;
  input.low = Math.min(input.low, x);
  input.high = Math.max(input.high, x);
}

function startAnew() {
  losses = [];
  revealed.clear();
  changed();
}

/* Whole steps of a grid, so that a number comes back to what it was; within the range. */
function move(input, x) {
  const near = Math.round(x / input.step) * input.step;
  set(input, Number(Math.min(input.high, Math.max(input.low, near)).toPrecision(12)));
}

function choose(input) {
  if (current !== input || !byId("nudge").max) {
    const most = (input.high - input.low) / 2;
    attributed(byId("nudge"), { min: -most, max: most, step: input.step });
    byId("nudge").value = 0;
  }
  current = input;
  byId("against").value = input.number;
}

const pace = (event) => (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);

for (const { element, input } of fields) {
  let start;
  element.addEventListener("pointerdown", (event) => {
    if (element.classList.contains("typing") || event.button !== 0) return;
    event.preventDefault();
    element.focus();
    element.setPointerCapture(event.pointerId);
    start = { x: event.clientX, at: all[input.number], moved: false };
  });
  element.addEventListener("pointermove", (event) => {
    if (!start) return;
    const far = event.clientX - start.x;
    start.moved ||= Math.abs(far) > 3;
    if (start.moved && Number.isFinite(start.at)) move(input, start.at + far * input.step * pace(event));
  });
  element.addEventListener("pointerup", () => {
    if (start && !start.moved) type();
    start = undefined;
  });
  element.addEventListener("pointercancel", () => (start = undefined));
  element.addEventListener("focus", () => {
    choose(input);
    changed();
  });
  element.addEventListener("blur", commit);
  element.addEventListener("keydown", (event) => {
    const typing = element.classList.contains("typing");
    const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key === "Enter") return typing ? commit() : type();
    if (event.key === "Escape") return leave();
    if (event.ctrlKey || event.metaKey) return;
    if (!typing && way) {
      event.preventDefault();
      move(input, (all[input.number] || 0) + way * input.step * pace(event)); // from nan, from 0
    } else if (!typing && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      move(input, event.key === "Home" ? input.low : input.high);
    } else if (!typing && (event.key.length === 1 || event.key === "Backspace")) {
      type();
    }
  });

  function type() {
    element.classList.add("typing");
    element.select();
  }

  function leave() {
    element.classList.remove("typing");
    element.removeAttribute("aria-invalid");
    writeField({ element, input });
  }

  function commit() {
    if (!element.classList.contains("typing")) return;
    const x = element.value === number(all[input.number]) ? all[input.number] : read(element.value);
    if (x === undefined) {
      byId("announcer").textContent = `“${element.value}” is no number`;
      element.setAttribute("aria-invalid", "true");
      if (document.activeElement === element) return;
    }
    leave();
    if (x !== undefined) set(input, x);
  }
}
