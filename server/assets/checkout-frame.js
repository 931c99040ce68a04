// In the frame of a shop's page: says when the payment is confirmed, and when the buyer closes it. Only the shop hears it.
(function () {
  "use strict";
  var origin = document.currentScript && document.currentScript.dataset.shopOrigin;
  if (!origin || window.parent === window) return;
  function tell(what, url) {
    window.parent.postMessage({ holdfast: what, url: url || null }, origin);
  }
  document.addEventListener("DOMContentLoaded", function () {
    var back = document.querySelector("[data-shop-return]");
    if (back) tell("paid", back.dataset.shopReturn);
    var close = document.querySelector("[data-close]");
    if (close) {
      close.addEventListener("click", function (event) {
        event.preventDefault();
        tell("close");
      });
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") tell("close");
  });
})();
