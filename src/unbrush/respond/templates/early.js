// Before anything is shown: the reader's language, so that the page does not flicker.
(function () {
  "use strict";
  var chosen = null;
  try { chosen = localStorage.getItem("unbrush-language"); } catch (error) { /* storage is off */ }
  if (chosen !== "zh-CN" && chosen !== "en") {
    chosen = /^zh\b/i.test(navigator.language || "") ? "zh-CN" : "en";
  }
  document.documentElement.lang = chosen;
})();
