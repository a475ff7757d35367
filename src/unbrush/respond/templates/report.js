// The page's own behaviour: language, charts when they come into view, print.
const root = document.documentElement;
const places = Array.from(document.querySelectorAll(".chart"));
const drawn = new Set();

function draw(place) {
  const data = DATA.charts[place.dataset.chart];
  if (!data) { return; }
  const chart = KINDS[place.dataset.kind](data);
  Plotly.react(place, chart.traces, chart.layout, {
    displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false,
  });
  drawn.add(place);
}

function redraw() { drawn.forEach(draw); }

// ---- language --------------------------------------------------------------------------------

function speak(language) {
  root.lang = language;
  const side = language === "en" ? "En" : "Zh";
  document.title = language === "en" ? "Fake trade report" : "刷单炒信核查报告";
  for (const each of document.querySelectorAll("[data-label-zh]")) {
    each.setAttribute("aria-label", each.dataset["label" + side]);
  }
  for (const each of document.querySelectorAll("[data-title-zh]")) {
    each.title = each.dataset["title" + side];
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  redraw();
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    try { localStorage.setItem("unbrush-language", button.dataset.language); } catch (error) { /* off */ }
    speak(button.dataset.language);
  });
}
speak(root.lang === "en" ? "en" : "zh-CN");

// ---- charts ----------------------------------------------------------------------------------

if ("IntersectionObserver" in window) {
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) { watch.unobserve(entry.target); draw(entry.target); }
    }
  }, { rootMargin: "300px" });
  places.forEach((place) => watch.observe(place));
} else {
  places.forEach(draw);
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// ---- links into folded parts, and paper ------------------------------------------------------

function unfold() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target) { return; }
  for (let each = target; each; each = each.parentElement) {
    if (each.tagName === "DETAILS") { each.open = true; }
  }
  target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();

let folded = [];
addEventListener("beforeprint", () => {
  folded = Array.from(document.querySelectorAll("details.shop:not([open]), details.claim:not([open])"));
  folded.forEach((each) => { each.open = true; });
  root.classList.add("paper");
  places.forEach(draw);
});
addEventListener("afterprint", () => {
  folded.forEach((each) => { each.open = false; });
  root.classList.remove("paper");
  redraw();
});

// ---- which section is being read -------------------------------------------------------------

const links = new Map(Array.from(document.querySelectorAll(".contents a"), (a) => [a.hash.slice(1), a]));
if ("IntersectionObserver" in window) {
  const reading = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) { continue; }
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-20% 0px -75% 0px" });
  document.querySelectorAll("main > section").forEach((section) => reading.observe(section));
}
