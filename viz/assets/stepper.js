const steps = [...byId("steps").children];
const last = steps.length - 1;
const marked = [...byId("stage").querySelectorAll("[data-from], [data-live], [data-now]")];
const seconds = Number(document.querySelector(".controls").dataset.seconds);

const opened = /^#(\d+)$/.exec(location.hash);
let at = opened ? Math.min(last, Math.max(0, Number(opened[1]) - 1)) : 0;
let predicting = false;
let revealed = new Set();
let level = 2;
let tried = new Set();
let score = 0;
let timer = 0;

/* What is shown */

function asks() {
  return predicting && "number" in steps[at].dataset && !revealed.has(at);
}

function mark(element, asking) {
  const { from, answer, live, sent, now } = element.dataset;
  const due = (frame) => Number(frame) <= at;
  const unanswered = asking && Number(from) === at && answer !== undefined;
  element.classList.toggle("later", from !== undefined && (!due(from) || unanswered));
  element.classList.toggle("pale", live !== undefined && !due(live));
  element.classList.toggle("sent", sent !== undefined && due(sent));
  element.classList.toggle("now", now !== undefined && now.split(" ").includes(String(at)));
}

/* Level 1 shows the numbers too, level 2 the formula, level 3 only what is sought. */
function question() {
  const lead = steps[at].children[0].cloneNode(true);
  const asked = document.createElement("span");
  asked.className = "asked";
  asked.textContent = "?";
  const line = document.createElement("span");
  if (level === 1) {
    line.append(lead, " = ", asked);
    return line;
  }
  const pieces = lead.textContent.split(" = ");
  const known = lead.children.length > 0 && pieces.length > 1 ? pieces.slice(0, -1) : pieces;
  line.append((level === 2 ? known : known.slice(0, 1)).join(" = "), " = ", asked);
  return line;
}

function caption(asking) {
  const line = asking ? question() : document.createElement("span");
  if (!asking) line.append(...steps[at].cloneNode(true).childNodes);
  byId("caption").replaceChildren(line);
  const { phase } = steps[at].dataset;
  const name = phase === "forward" ? "Forward" : "Backward";
  byId("place").textContent = `${name} · step ${at + 1} of ${steps.length}`;
  byId("announcer").textContent = `${name}, step ${at + 1} of ${steps.length}: ${line.textContent}`;
}

function show() {
  const asking = asks();
  root.dataset.phase = steps[at].dataset.phase;
  for (const element of marked) mark(element, asking);
  caption(asking);
  steps.forEach((step, i) => {
    if (i === at) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
  byId("slider").value = at;
  byId("slider").setAttribute("aria-valuetext", byId("place").textContent);
  byId("first").disabled = byId("back").disabled = at === 0;
  byId("forward").disabled = byId("last").disabled = at === last && !asking;
  byId("question").classList.toggle("idle", !("number" in steps[at].dataset));
  byId("reveal").disabled = !asking;
  note();
  keepInView();
}

/* The step in the address, so that a link leads to it; a frame in a notebook has no address. */
function note() {
  if (/^(https?|file):$/.test(location.protocol)) history.replaceState(null, "", `#${at + 1}`);
}

function fromAddress() {
  const asked = /^#(\d+)$/.exec(location.hash);
  if (asked) go(Number(asked[1]) - 1);
}

/* Moving through the steps */

function go(frame) {
  const target = Math.min(last, Math.max(0, frame));
  if (target !== at) {
    byId("guess").value = "";
    byId("verdict").textContent = "";
  }
  at = target;
  show();
}

function onward() {
  if (asks()) reveal();
  else go(at + 1);
}

function play() {
  if (at === last) go(0);
  byId("play").classList.add("playing");
  byId("play").setAttribute("aria-label", "Pause");
  timer = setInterval(() => (at < last ? go(at + 1) : pause()), 1000 * seconds);
}

function pause() {
  clearInterval(timer);
  timer = 0;
  byId("play").classList.remove("playing");
  byId("play").setAttribute("aria-label", "Play");
}

function toggle() {
  if (predicting) onward();
  else if (timer) pause();
  else play();
}

const by = (move) => () => {
  pause();
  move();
};

/* Predicting */

function reveal() {
  tried.add(at);
  revealed.add(at);
  count();
  show();
}

/* A prediction counts that is right at the first try. */
function count() {
  byId("score").textContent = tried.size === 0 ? "" : `Score: ${score} of ${tried.size}`;
}

function read(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".").replace(/∞|inf$/i, "Infinity");
  return plain === "" || plain.toLowerCase() === "nan" ? NaN : Number(plain);
}

function matches(text, exact) {
  if (Number.isNaN(exact)) return text.trim().toLowerCase() === "nan";
  const guess = read(text);
  return guess === exact || Math.abs(guess - exact) <= 0.01 * Math.abs(exact);
}

function check() {
  const text = byId("guess").value;
  if (!asks()) return go(at + 1);
  if (text.trim() === "") return void (byId("verdict").textContent = "Type a number first.");
  const right = matches(text, read(steps[at].dataset.number));
  byId("verdict").textContent = right ? "✓ Right." : "✗ Not yet; try again or reveal.";
  if (right && !tried.has(at)) score += 1;
  tried.add(at);
  count();
  if (right) reveal();
}

function predict(on) {
  pause();
  predicting = on;
  revealed = new Set();
  tried = new Set();
  score = 0;
  count();
  byId("predict").setAttribute("aria-pressed", String(on));
  byId("question").hidden = !on;
  byId("transcript").hidden = on;
  byId("play").disabled = on;
  byId("verdict").textContent = "";
  arrange();
}

/* Size */

function fit() {
  reserve();
  const stage = byId("stage");
  const figure = stage.firstElementChild;
  const { width, height } = figure.viewBox.baseVal;
  figure.setAttribute("height", 0);
  stage.style.maxHeight = "";
  const others = document.body.scrollHeight - stage.clientHeight;
  const room = Math.max(200, window.innerHeight - others);
  const scale = Math.min(2.4, Math.max(0.75, Math.min(stage.clientWidth / width, room / height)));
  figure.setAttribute("width", Math.floor(scale * width));
  figure.setAttribute("height", Math.floor(scale * height));
  stage.style.maxHeight = `${room}px`;
}

/* The tallest caption gets its room from the start, so that nothing below it moves. */
function reserve() {
  const line = byId("caption");
  line.style.minHeight = "";
  const heights = steps.map((step) => {
    const text = document.createElement("span");
    text.append(...step.cloneNode(true).childNodes);
    line.replaceChildren(text);
    return line.offsetHeight;
  });
  line.style.minHeight = `${Math.max(...heights)}px`;
}

function arrange() {
  fit();
  show();
}

/* A figure larger than its room scrolls to what is pointed out. */
function keepInView() {
  const stage = byId("stage");
  const boxes = [...stage.querySelectorAll(".now")].map((e) => e.getBoundingClientRect());
  if (boxes.length === 0) return;
  const around = stage.getBoundingClientRect();
  const middle = (low, high) => (Math.min(...boxes.map(low)) + Math.max(...boxes.map(high))) / 2;
  const x = middle((box) => box.left, (box) => box.right);
  const y = middle((box) => box.top, (box) => box.bottom);
  stage.scrollBy(x - around.left - around.width / 2, y - around.top - around.height / 2);
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen();
}

/* Hands */

const KEYS = {
  ArrowRight: by(onward),
  ArrowLeft: by(() => go(at - 1)),
  Home: by(() => go(0)),
  End: by(() => go(last)),
  " ": toggle,
  p: () => predict(!predicting),
  d: theme,
  f: () => document.fullscreenEnabled && fullScreen(),
};

function onKey(event) {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return target.blur();
  if (target.id === "guess" || target.id === "level" || (event.key === " " && target.matches("button, summary"))) return;
  if (target.id === "slider" && event.key !== " " && event.key.length > 1) return;
  const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

document.addEventListener("keydown", onKey);
byId("first").addEventListener("click", KEYS.Home);
byId("back").addEventListener("click", KEYS.ArrowLeft);
byId("play").addEventListener("click", toggle);
byId("forward").addEventListener("click", KEYS.ArrowRight);
byId("last").addEventListener("click", KEYS.End);
byId("predict").addEventListener("click", () => predict(!predicting));
byId("reveal").addEventListener("click", reveal);
byId("full").hidden = !document.fullscreenEnabled;
byId("full").addEventListener("click", fullScreen);
byId("level").addEventListener("change", () => {
  level = Number(byId("level").value);
  show();
});
window.addEventListener("hashchange", fromAddress);
byId("slider").addEventListener("input", by(() => go(Number(byId("slider").value))));
byId("question").addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});

/* A frame in a notebook may have no size yet when this runs, or get another one later, and faces
   may load late: what counts is the size of the window and of the caption, whenever it changes. */
const sizes = () => `${window.innerWidth} ${window.innerHeight} ${byId("caption").offsetWidth}`;
let arranged = "";
new ResizeObserver(() => {
  if (sizes() === arranged) return;
  arranged = sizes();
  arrange();
}).observe(byId("caption"));
window.addEventListener("resize", arrange);

const turn = steps.findIndex((step) => step.dataset.phase === "backward");
byId("slider").style.setProperty("--turn", `${(100 * (turn - 0.5)) / last}%`);
arrange();
