// Language of a page that stands alone.
const root = document.documentElement;
function speak(language) {
  root.lang = language;
  const side = language === "en" ? "En" : "Zh";
  const title = language === "en" ? "Why it is so judged" : "为何如此判断";
  document.title = root.dataset["name" + side] || title;
  for (const each of document.querySelectorAll("[data-label-zh]")) {
    each.setAttribute("aria-label", each.dataset["label" + side]);
  }
  for (const each of document.querySelectorAll("[data-title-zh]")) {
    each.title = each.dataset["title" + side];
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
