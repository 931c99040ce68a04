// The sandbox's demo shop pays in an overlay; without this script its form pays on the hosted page.
(function () {
  "use strict";
  var form = document.getElementById("demo-shop");
  var button = document.getElementById("pay-inline");
  if (!form || !button) return;
  button.hidden = false;
  button.addEventListener("click", function () {
    var values = {};
    new FormData(form).forEach(function (value, key) { values[key] = value; });
    var merchant = new Merchant({ api_key: values.token });
    var email = values.email, phone = values.phone_number;
    ["token", "email", "phone_number"].forEach(function (key) { delete values[key]; });
    TrustPay.setup(merchant).initialize(email, phone, values);
  });
})();
