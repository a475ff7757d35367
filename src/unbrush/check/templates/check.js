// The page's own behaviour: language, and what is folded on paper.
const root = document.documentElement;

function speak(language) {
  root.lang = language;
  document.title = language === "en" ? "What was checked" : "核查结果";
  const side = language === "en" ? "En" : "Zh";
  for (const each of document.querySelectorAll("[data-label-zh]")) {
    each.setAttribute("aria-label", each.dataset["label" + side]);
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    try { localStorage.setItem("unbrush-language", button.dataset.language); } catch (error) { /* off */ }
    speak(button.dataset.language);
  });
}
speak(root.lang === "en" ? "en" : "zh-CN");

let folded = [];
addEventListener("beforeprint", () => {
  folded = Array.from(document.querySelectorAll("details:not([open])"));
  folded.forEach((each) => { each.open = true; });
  root.classList.add("paper");
});
addEventListener("afterprint", () => {
  folded.forEach((each) => { each.open = false; });
  root.classList.remove("paper");
});
