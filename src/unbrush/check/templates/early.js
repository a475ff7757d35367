// Before anything is shown: the language asked for, else the reader's, so that nothing flickers.
(function () {
  "use strict";
  var root = document.documentElement;
  var chosen = root.dataset.asked || null;
  try { chosen = chosen || localStorage.getItem("unbrush-language"); } catch (error) { /* storage is off */ }
  if (chosen !== "zh-CN" && chosen !== "en") {
    chosen = /^zh\b/i.test(navigator.language || "") ? "zh-CN" : "en";
  }
  root.lang = chosen;
})();
