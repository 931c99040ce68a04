//! The guides for who builds programs: data, so that the page shows the very commands that a test runs.
//!
//! Commands are for a POSIX shell with curl. `$HOLDFAST` is where the installation is, `$PUBLIC_KEY` and `$PRIVATE_KEY` are the
//! pair of the account; what a command learns it keeps in a variable for the commands behind it.

/// A guide.
#[derive(Debug, Clone, Copy)]
pub struct Guide {
    /// The last part of its address.
    pub slug: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it leads to, in one sentence.
    pub lede: &'static str,
    /// Its steps, in order.
    pub steps: &'static [Step],
}

/// A step of a guide.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What is done.
    pub title: &'static str,
    /// How and why; blank lines divide paragraphs.
    pub text: &'static str,
    /// Commands to copy; may be empty.
    pub commands: &'static str,
    /// A part of a page of the shop to copy; may be empty.
    pub markup: &'static str,
}

const fn step(title: &'static str, text: &'static str, commands: &'static str) -> Step {
    Step { title, text, commands, markup: "" }
}

const fn step_in_a_page(title: &'static str, text: &'static str, markup: &'static str) -> Step {
    Step { title, text, commands: "", markup }
}

/// The authtoken of the pair.
const TOKEN: Step = step(
    "Make the authtoken",
    "The authtoken is base64 of the public key, a colon and the private key. It is a field of every call. Whoever sees it has \
     the private key: keep it on your server, use https, and never put it into an address.",
    r#"
AUTHTOKEN=$(printf '%s:%s' "$PUBLIC_KEY" "$PRIVATE_KEY" | base64 | tr -d '\n')
"#,
);

/// Playing the buyer at the hosted page of the sandbox.
const PLAY_BUYER: &str = r#"
CHECKOUT=$(printf '%s' "$LOCATION" | sed 's#.*/checkout/##')
PAYMENT=$(curl -s -o /dev/null -w '%{redirect_url}' "$HOLDFAST/do/checkout-pay" -d order="$CHECKOUT" -d key="$RANDOM$RANDOM")
curl -s -o /dev/null "$HOLDFAST/do/sandbox-pay" -d reference="${PAYMENT##*/}" -d number=4242424242424242
for TRY in 1 2 3 4 5 6 7 8 9 10; do
  BACK=$(curl -s -o /dev/null -w '%{redirect_url}' "$HOLDFAST/checkout/$CHECKOUT/return")
  [ -n "$BACK" ] && break
  sleep 1
done
echo "$BACK"
ORDER=$(printf '%s' "$BACK" | sed 's/.*order=\([0-9]*\).*/\1/')
"#;

/// Every guide.
pub const GUIDES: &[Guide] = &[
    Guide {
        slug: "keys",
        title: "Keys",
        lede: "From an account to a first answered call.",
        steps: &[
            step(
                "Make a pair of keys",
                "Sign in as the owner of a selling account or a marketplace and open Developers. Make a pair of keys there. The \
                 public key stands in your shop's payment form; the private key is shown once and stays on your server.\n\n\
                 Rotate a key when somebody who knew it left: the old one works for seven days more. End it at once where it \
                 was seen by others.",
                "",
            ),
            TOKEN,
            step(
                "Call",
                "Fields travel as a form, on PUT and DELETE too. Business errors are answered with 200 and status \"error\": look \
                 at status, not at the HTTP code.",
                r#"
curl -s "$HOLDFAST/api/external/getBanks" -d authtoken="$AUTHTOKEN"
curl -s "$HOLDFAST/api/external/getBanks" -d authtoken=wrong
"#,
            ),
        ],
    },
    Guide {
        slug: "standard",
        title: "Standard integration",
        lede: "Send your buyer to pay, and handle the order.",
        steps: &[
            TOKEN,
            step(
                "Send the buyer to the payment page",
                "A plain form of your shop posts to the payment page. The buyer sees what is paid, who gets what and on which \
                 terms, and pays into escrow. Here curl stands for the buyer's browser; the answer leads to the page.",
                r#"
LOCATION=$(curl -s -o /dev/null -w '%{redirect_url}' "$HOLDFAST/pay" \
  -d token="$PUBLIC_KEY" -d type=1 -d currency=NGN -d amount=1250000 \
  -d email=buyer@example.test -d phone_number=%2B2348031234567 \
  -d customer_firstname=Ada -d customer_lastname=Buyer \
  -d order_product_id=1447 -d order_product_name='A carved stool' \
  -d delivery_date='2030-01-01 12:00:00' -d delivery_location='12 Allen Avenue, Ikeja' \
  -d recipient=%2B2348031234567 -d callback_url=https://shop.example/thanks)
echo "$LOCATION"
"#,
            ),
            step(
                "The buyer pays",
                "In your shop the buyer does this in the browser. In the sandbox you can play the buyer. Once the payment is \
                 confirmed the browser goes to your callback_url with product, which is your order_product_id, and order, which is \
                 ours. It never goes there before, so a failed or cancelled payment stays with us.",
                PLAY_BUYER,
            ),
            step(
                "Verify",
                "Anybody can open your callback_url. Ask what the order really is before you deliver; amounts are in kobo.",
                r#"
curl -s "$HOLDFAST/api/callback/order" -d authtoken="$AUTHTOKEN" -d order="$ORDER" -d status=order
"#,
            ),
            step(
                "Say that it was delivered",
                "The buyer is asked to accept or reject then. To cancel instead, send status=cancelled; where your buyer cancels \
                 in your shop, status=buyer_cancel.",
                r#"
curl -s "$HOLDFAST/api/callback/order" -d authtoken="$AUTHTOKEN" -d order="$ORDER" \
  -d status=delivered -d phone_number=%2B2348031234567
"#,
            ),
            step(
                "Catch up",
                "You are told at your callback URL what happens next. Whatever was missed stands in the feed, behind the number you \
                 know last.",
                r#"
curl -s -u "$PUBLIC_KEY:$PRIVATE_KEY" "$HOLDFAST/api/events?after=0"
"#,
            ),
        ],
    },
    Guide {
        slug: "inline",
        title: "Inline integration",
        lede: "The same payment in an overlay of your own page.",
        steps: &[
            step(
                "Load the script",
                "Put the script and the style into your page. They work under a content security policy of yours that allows this \
                 origin for script-src, style-src, frame-src and form-action; nothing is written inline.",
                r#"
curl -s "$HOLDFAST/assets/trustpay.inline.min.js" | head -1
curl -s "$HOLDFAST/assets/trustpay.inline.min.css" | head -1
"#,
            ),
            step_in_a_page(
                "Open the overlay",
                "A page of yours with a button. The options are the fields of the standard form: type, currency, amount in kobo, \
                 order_product_id and the others.\n\nEscape and Close end the overlay. Nothing is charged before the buyer \
                 submitted a card; after that the payment goes on, and you are notified. The outcome in the browser is the \
                 navigation to callback_url, once the payment is confirmed. Only the origin of your callback_url, or of your page \
                 where there is none, may show the page in a frame.",
                r#"
<link rel="stylesheet" href="$HOLDFAST/assets/trustpay.inline.min.css">
<script src="$HOLDFAST/assets/trustpay.inline.min.js"></script>
<script src="/pay.js" defer></script>
<button id="pay" type="button">Pay into escrow</button>

// pay.js
document.getElementById("pay").addEventListener("click", function () {
  var merchant = new Merchant({ api_key: "PUBLIC_KEY" });
  TrustPay.setup(merchant).initialize("buyer@example.test", "+2348031234567", {
    type: 1,
    currency: "NGN",
    amount: 1250000,
    customer_firstname: "Ada",
    customer_lastname: "Buyer",
    order_product_id: "1447",
    order_product_name: "A carved stool",
    delivery_date: "2030-01-01 12:00:00",
    delivery_location: "12 Allen Avenue, Ikeja",
    recipient: "+2348031234567",
    callback_url: "https://shop.example/thanks"
  });
});
"#,
            ),
        ],
    },
    Guide {
        slug: "notifications",
        title: "Notifications",
        lede: "Be told what happens to your orders, and know that it is us.",
        steps: &[
            step(
                "Enter a callback URL",
                "Under Developers, Callback URL. Choose multipart text for the WooCommerce plugin and JSON for everything else. Send \
                 a test from there. Each try stands there with its answer, and can be sent again, one or a range.\n\nAnswer any \
                 2xx within 15 seconds. Everything else is tried again for three days, ever more slowly; 410 ends it at once.",
                "",
            ),
            step(
                "Check the token",
                "Each notification has status, message, data (the order) and token. The token is base64 of public key, private key, \
                 data.id and data.amount_payed with colons between. Compute it yourself and compare; do nothing where it differs.",
                r#"
TOKEN=$(printf '%s:%s:%s:%s' "$PUBLIC_KEY" "$PRIVATE_KEY" 3021 6051900 | base64 | tr -d '\n')
"#,
            ),
            step(
                "Or better, check the signature",
                "The token says nothing about the rest of the body. The headers webhook-id, webhook-timestamp and \
                 webhook-signature are those of Standard Webhooks: HMAC-SHA256 over id.timestamp.body with the secret of the page. \
                 Any of its libraries checks them. The same webhook-id is the same notification, however often it comes.",
                "",
            ),
        ],
    },
    Guide {
        slug: "payouts",
        title: "Service providers",
        lede: "Pay who does the work, as a Business Seller or as a marketplace.",
        steps: &[
            TOKEN,
            step(
                "Add a service provider",
                "A Business Seller's provider needs no account: its bank details are enough. The phone number is its key: the same \
                 number again changes it. Your own bank account must be entered first.",
                r#"
PROVIDER=$(curl -s "$HOLDFAST/api/serviceprovider/create" -d authtoken="$AUTHTOKEN" -d type=1 \
  -d bank_code=000 -d nip_bank_code=999999 -d bank_name='Sandbox Bank' \
  -d bank_account_number=0123456789 -d bank_account_name='Emeka Adeniyi' \
  -d email=emeka@example.test -d phone=%2B2348082094382 -d firstname=Emeka -d lastname=Adeniyi \
  | sed 's/.*"data":{"id":\([0-9]*\).*/\1/')
curl -s "$HOLDFAST/api/serviceprovider" -d authtoken="$AUTHTOKEN"
"#,
            ),
            step(
                "Pay it with an order",
                "Send sp_id with the payment form, and sp_commission: the percentage that you keep. Or give a paid order to a \
                 provider until the buyer accepts, with the call below.\n\nA marketplace's providers are registered sellers: create \
                 associates the seller with that phone number, orders are paid under is_marketplace=1 and seller_phone, and \
                 /api/serviceprovider/marketplaceOrder/update sets the marketplace's commission. The seller handles the order; the \
                 marketplace looks on.",
                r#"
curl -s -X PUT "$HOLDFAST/api/serviceprovider/order/update" -d authtoken="$AUTHTOKEN" \
  -d order_id=1 -d sp_id="$PROVIDER" -d commisson=20
"#,
            ),
        ],
    },
    Guide {
        slug: "milestones",
        title: "Milestone projects",
        lede: "From a key to a completed project of two milestones, shared with a service provider.",
        steps: &[
            TOKEN,
            step(
                "Add the service provider",
                "Who does the work and is paid a share of each milestone.",
                r#"
PROVIDER=$(curl -s "$HOLDFAST/api/serviceprovider/create" -d authtoken="$AUTHTOKEN" -d type=1 \
  -d bank_code=000 -d nip_bank_code=999999 -d bank_name='Sandbox Bank' \
  -d bank_account_number=0123456789 -d bank_account_name='Bola Builder' \
  -d email=bola@example.test -d phone=%2B2348082094399 -d firstname=Bola -d lastname=Builder \
  | sed 's/.*"data":{"id":\([0-9]*\).*/\1/')
"#,
            ),
            step(
                "Start the project",
                "The seller starts it for a customer. The customer is told by mail.",
                r#"
PROJECT=$(curl -s "$HOLDFAST/api/project/createProject" -d authtoken="$AUTHTOKEN" \
  -d project_name='A garden house' -d description='In two phases' \
  -d customer_email=builder.buyer@example.test -d customer_phone=%2B2348031234567 \
  | sed 's/.*"id":\([0-9]*\)}}/\1/')
echo "$PROJECT"
"#,
            ),
            step(
                "Pay the first milestone",
                "A milestone is an ordinary payment with project_id. The one before it must be completed; until then the payment is \
                 refused before anything is charged.",
                r#"
milestone() {
  LOCATION=$(curl -s -o /dev/null -w '%{redirect_url}' "$HOLDFAST/pay" \
    -d token="$PUBLIC_KEY" -d type=1 -d currency=NGN -d amount=5000000 -d project_id="$PROJECT" \
    -d sp_id="$PROVIDER" -d sp_commission=20 \
    -d email=builder.buyer@example.test -d phone_number=%2B2348031234567 \
    -d customer_firstname=Ada -d customer_lastname=Buyer \
    -d order_product_id="$1" -d order_product_name="$2" \
    -d delivery_date='2030-01-01 12:00:00' -d delivery_location='12 Allen Avenue, Ikeja' \
    -d recipient=%2B2348031234567 -d callback_url=https://shop.example/thanks)
}
milestone 1 'Foundations'
"#,
            ),
            step("The buyer pays it", "In the sandbox you can play the buyer.", PLAY_BUYER),
            step(
                "Deliver, and the buyer accepts",
                "The buyer accepts in the browser, by the link in the mail. In the sandbox you can move the clock: by the seller's \
                 terms silence counts as acceptance, and everybody is paid.",
                r#"
accepted() {
  curl -s "$HOLDFAST/api/callback/order" -d authtoken="$AUTHTOKEN" -d order="$ORDER" \
    -d status=delivered -d phone_number=%2B2348031234567
  curl -s -o /dev/null "$HOLDFAST/do/sandbox-clock" -d hours=73
  for TRY in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    STATE=$(curl -s "$HOLDFAST/api/callback/order" -d authtoken="$AUTHTOKEN" -d order="$ORDER" -d status=order \
      | sed 's/.*"status":{"id":\([0-9]*\).*/\1/')
    [ "$STATE" = 5 ] && break
    sleep 1
  done
  echo "status $STATE"
}
accepted
"#,
            ),
            step(
                "The second milestone",
                "The first is completed, so the second may be paid.",
                r#"
milestone 2 'Roof'
"#,
            ),
            step("The buyer pays it too", "As before.", PLAY_BUYER),
            step(
                "Deliver it, and look at the project",
                "Both orders are completed; the provider was paid its share of each. The buyer closes the project in the browser.",
                r#"
accepted
curl -s "$HOLDFAST/api/project/getExternalProjects" -d authtoken="$AUTHTOKEN"
"#,
            ),
        ],
    },
];
