/* Pays a shop's order in an overlay: new Merchant({api_key}), TrustPay.setup(merchant).initialize(email, phone, options). */
(function (window, document) {
  "use strict";
  var here = document.currentScript && document.currentScript.src;
  var host = here ? new URL(here).origin : window.location.origin;
  var LIST = /products$/;

  function Merchant(options) {
    if (!(this instanceof Merchant)) return new Merchant(options);
    this.api_key = (options || {}).api_key;
  }

  function field(form, name, value) {
    if (value === undefined || value === null) return;
    var input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = LIST.test(name) || typeof value === "object" ? JSON.stringify(value) : String(value);
    form.appendChild(input);
  }

  function element(tag, name, text) {
    var made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }

  function Handler(merchant) {
    this.merchant = merchant;
  }

  /* Opens the overlay. The outcome is the navigation to callback_url, which comes only once the payment is confirmed. */
  Handler.prototype.initialize = function (email, phone, options) {
    var merchant = this.merchant;
    var before = document.activeElement;
    var name = "trustpay-" + Date.now();
    var overlay = element("div", "trustpay-overlay");
    overlay.setAttribute("role", "dialog");
    overlay.setAttribute("aria-modal", "true");
    overlay.setAttribute("aria-label", "Payment into escrow");
    var box = element("div", "trustpay-box");
    var close = element("button", "trustpay-close", "Close");
    close.type = "button";
    var frame = element("iframe", "trustpay-frame");
    frame.name = name;
    frame.title = "Payment into escrow";
    var first = element("span", "trustpay-edge");
    var last = element("span", "trustpay-edge");
    first.tabIndex = 0;
    last.tabIndex = 0;
    box.append(first, close, frame, last);
    overlay.appendChild(box);

    /* Behind the overlay nothing can be reached; what a shop made inert itself stays so. */
    var behind = Array.prototype.filter.call(document.body.children, function (child) { return !child.inert; });

    function end() {
      behind.forEach(function (child) { child.inert = false; });
      document.removeEventListener("keydown", onKey, true);
      window.removeEventListener("message", onMessage);
      overlay.remove();
      document.documentElement.classList.remove("trustpay-open");
      if (before && before.focus) before.focus();
    }
    function onKey(event) {
      if (event.key === "Escape") {
        event.preventDefault();
        end();
      }
    }
    function onMessage(event) {
      if (event.origin !== host || event.source !== frame.contentWindow) return;
      var said = event.data || {};
      if (said.holdfast === "close") end();
      if (said.holdfast === "paid" && said.url) window.location.assign(said.url);
    }
    /* The edges send the focus round: out at one end is in at the other. */
    first.addEventListener("focus", function () { frame.focus(); });
    last.addEventListener("focus", function () { close.focus(); });
    close.addEventListener("click", end);
    document.addEventListener("keydown", onKey, true);
    window.addEventListener("message", onMessage);

    behind.forEach(function (child) { child.inert = true; });
    document.body.appendChild(overlay);
    document.documentElement.classList.add("trustpay-open");
    close.focus();

    var form = element("form");
    form.method = "post";
    form.action = host + "/pay";
    form.target = name;
    form.hidden = true;
    field(form, "token", merchant.api_key);
    field(form, "email", email);
    field(form, "phone_number", phone);
    Object.keys(options || {}).forEach(function (key) { field(form, key, options[key]); });
    field(form, "framed", "1");
    document.body.appendChild(form);
    form.submit();
    form.remove();
    return { close: end };
  };

  window.Merchant = Merchant;
  window.TrustPay = { setup: function (merchant) { return new Handler(merchant); } };
})(window, document);
