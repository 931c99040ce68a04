//! The OpenAPI 3.1 document of the API, and the rows that the reference page shows. A test holds it against the routes.

use app::{ApiField, ApiOperation, ApiReference};
use axum::response::{IntoResponse, Response};
use http::header;
use std::sync::OnceLock;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, RefOr, Required, Responses,
    ResponsesBuilder, ServerBuilder,
};

/// A call as it is documented.
struct Documented {
    methods: &'static [&'static str],
    path: &'static str,
    summary: &'static str,
    /// Name, whether it must be there, and what it is. Behind a path of `GET` they stand in the query.
    fields: &'static [(&'static str, bool, &'static str)],
    /// The message of the success.
    message: &'static str,
}

const TOKEN: (&str, bool, &str) = ("authtoken", true, "Base64 of public key, colon, private key.");

const CALLS: &[Documented] = &[
    Documented {
        methods: &["POST"],
        path: "/api/serviceprovider/create",
        summary: "Adds a service provider, or changes the one with the same phone number. For a marketplace: associates the registered seller with that number.",
        fields: &[
            TOKEN,
            ("type", false, "1 naira bank account (default), 2 Wise account in dollars."),
            ("bank_code", false, "Type 1: the Central Bank's code."),
            ("nip_bank_code", false, "Type 1: the NIP code, 6 digits."),
            ("bank_account_number", false, "Type 1: ten digits, the last a check digit."),
            ("bank_account_name", false, "Type 1: the holder."),
            ("bank_name", false, "Type 1: the bank."),
            ("account_id", false, "Type 2: the Wise account."),
            ("email", true, "E-mail of the provider."),
            ("phone", true, "Phone number of the provider, its key."),
            ("firstname", true, "Given name."),
            ("lastname", true, "Family name."),
        ],
        message: "Service Provider Created successfully",
    },
    Documented {
        methods: &["POST"],
        path: "/api/serviceprovider",
        summary: "The service providers, as a list. Your own bank account must be entered first.",
        fields: &[TOKEN],
        message: "Service providers",
    },
    Documented {
        methods: &["POST", "DELETE"],
        path: "/api/serviceprovider/delete",
        summary: "Removes a service provider. Its orders go on.",
        fields: &[TOKEN, ("sp_id", true, "The provider's id.")],
        message: "Service Provider Deleted successfully",
    },
    Documented {
        methods: &["POST", "PUT"],
        path: "/api/serviceprovider/order/update",
        summary: "Gives a paid order to a service provider and says what the seller keeps, until the buyer accepts.",
        fields: &[
            TOKEN,
            ("commisson", true, "Percentage that the seller keeps, 0 to 100; the spelling commission is taken too."),
            ("sp_id", true, "The provider's id."),
            ("order_id", true, "The order's id."),
        ],
        message: "Service provider and commission successfully associated with the order",
    },
    Documented {
        methods: &["POST", "PUT"],
        path: "/api/serviceprovider/marketplaceOrder/update",
        summary: "Says what the marketplace keeps of an order of one of its sellers, until the buyer accepts.",
        fields: &[
            TOKEN,
            (
                "commisson",
                true,
                "Percentage that the marketplace keeps, 0 to 100; the spelling commission is taken too.",
            ),
            ("order_id", true, "The order's id."),
        ],
        message: "Service provider and commission successfully associated with the order",
    },
    Documented {
        methods: &["POST"],
        path: "/api/external/getBanks",
        summary: "The Nigerian banks with their codes.",
        fields: &[TOKEN],
        message: "Banks",
    },
    Documented {
        methods: &["GET"],
        path: "/api/abokiExchangeRate",
        summary: "What a unit of a currency is worth in naira, under the key USDNGN. Needs no key.",
        fields: &[("base", true, "ISO code of the currency."), ("currency", false, "NGN.")],
        message: "Exchange rate",
    },
    Documented {
        methods: &["POST"],
        path: "/api/project/createProject",
        summary: "Starts a milestone project for a customer.",
        fields: &[
            TOKEN,
            ("project_name", true, "What it is called."),
            ("description", true, "What it is about."),
            ("customer_email", true, "The buyer's e-mail."),
            ("customer_phone", true, "The buyer's phone number."),
        ],
        message: "project_created",
    },
    Documented {
        methods: &["PUT"],
        path: "/api/project/updateProject/{project}",
        summary: "Names and describes a project that you started.",
        fields: &[TOKEN, ("project_name", true, "What it is called."), ("description", true, "What it is about.")],
        message: "project_updated",
    },
    Documented {
        methods: &["POST"],
        path: "/api/project/getExternalProjects",
        summary: "Your projects with their paid orders.",
        fields: &[TOKEN],
        message: "project_data",
    },
    Documented {
        methods: &["POST"],
        path: "/api/callback/order",
        summary: CALLBACK,
        fields: CALLBACK_FIELDS,
        message: "Order Fetched",
    },
    Documented {
        methods: &["POST"],
        path: "/api/api/callback/order",
        summary: "The same; some clients know it here.",
        fields: CALLBACK_FIELDS,
        message: "Order Fetched",
    },
    Documented {
        methods: &["GET"],
        path: "/api/events",
        summary: "What you were told about your orders, oldest first, at most 100. The keys travel as HTTP Basic: public key as name, private key as password.",
        fields: &[("after", false, "The number you know last; 0 for everything.")],
        message: "Events",
    },
    Documented {
        methods: &["POST"],
        path: "/",
        summary: "The payment page, as below.",
        fields: PAY_FIELDS,
        message: "",
    },
    Documented {
        methods: &["POST"],
        path: "/pay",
        summary: "The payment page: your shop's form sends the buyer here. Answers 303 to the hosted page.",
        fields: PAY_FIELDS,
        message: "",
    },
];

const CALLBACK: &str = "Says that an order was delivered, cancels it, or reads it.";
const CALLBACK_FIELDS: &[(&str, bool, &str)] = &[
    TOKEN,
    ("order", true, "The order's id."),
    ("status", true, "delivered, cancelled, buyer_cancel or order."),
    ("phone_number", false, "With delivered: the buyer's phone number."),
    ("email", false, "With delivered: the buyer's e-mail."),
    ("comment", false, "With cancelled and buyer_cancel: the reason."),
];
const PAY_FIELDS: &[(&str, bool, &str)] = &[
    ("token", true, "The public key; or Authorization: Bearer."),
    ("email", true, "The buyer's e-mail."),
    ("phone_number", true, "The buyer's phone number."),
    ("currency", true, "NGN or USD."),
    ("amount", true, "In kobo; of dollars their value in naira."),
    ("amount_fx", false, "With USD: dollars and cents, such as 169.45."),
    ("customer_firstname", true, "The buyer's given name."),
    ("customer_lastname", true, "The buyer's family name."),
    ("order_product_id", true, "Your number of the order; comes back as product and product_id."),
    ("order_product_name", true, "What is bought."),
    ("order_product_desc", false, "The same in words."),
    ("delivery_date", true, "When it is delivered, as text."),
    ("delivery_location", true, "Where to."),
    ("recipient", true, "Phone number of who receives it."),
    ("alt_recipient", false, "Phone number of somebody else who may."),
    ("type", true, "1."),
    ("callback_url", false, "Where the buyer returns to, once the payment is confirmed."),
    ("is_marketplace", false, "1 where the shop sells for one of its sellers."),
    ("seller_phone", false, "With is_marketplace: the seller's phone number."),
    ("product_type", false, "physical or virtual."),
    ("sp_id", false, "The service provider that is paid a share."),
    ("sp_commission", false, "Percentage that the seller keeps."),
    ("project_id", false, "The project that this is the next milestone of."),
    ("products", false, "The items, as JSON."),
];

/// The document, made once.
pub(super) fn openapi() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let mut paths = PathsBuilder::new();
        for call in CALLS {
            let mut item = PathItem::default();
            for method in call.methods {
                let made = PathItem::new(http_method(method), operation(call, method));
                item.merge_operations(made);
            }
            paths = paths.path(call.path, item);
        }
        let info = InfoBuilder::new().title("Holdfast").version(env!("CARGO_PKG_VERSION")).description(Some(
            "AtaraPay's API as Holdfast serves it. Business errors are answered 200 with status \"error\".",
        ));
        OpenApiBuilder::new().info(info).servers(Some([ServerBuilder::new().url("/").build()])).paths(paths).build()
    })
}

fn http_method(method: &str) -> HttpMethod {
    match method {
        "GET" => HttpMethod::Get,
        "PUT" => HttpMethod::Put,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Post,
    }
}

fn operation(call: &Documented, method: &str) -> utoipa::openapi::path::Operation {
    let mut operation = OperationBuilder::new().summary(Some(call.summary)).responses(responses(call));
    if method == "GET" {
        for (name, required, description) in call.fields {
            operation = operation.parameter(parameter(name, ParameterIn::Query, *required, description));
        }
    } else {
        let content = ContentBuilder::new().schema(Some(fields(call.fields))).build();
        let body = RequestBodyBuilder::new()
            .required(Some(Required::True))
            .content("application/x-www-form-urlencoded", content.clone())
            .content("application/json", content.clone())
            .content("multipart/form-data", content);
        operation = operation.request_body(Some(body.build()));
    }
    if call.path.contains("{project}") {
        operation = operation.parameter(parameter("project", ParameterIn::Path, true, "The project's id."));
    }
    operation.build()
}

fn parameter(name: &str, place: ParameterIn, required: bool, description: &str) -> utoipa::openapi::path::Parameter {
    let required = if required { Required::True } else { Required::False };
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let schema = Some(RefOr::T(Schema::Object(text)));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(description))
        .schema(schema)
        .build()
}

fn fields(all: &[(&str, bool, &str)]) -> RefOr<Schema> {
    let object = all.iter().fold(ObjectBuilder::new(), |object, (name, required, description)| {
        let field = ObjectBuilder::new().schema_type(Type::String).description(Some(*description)).build();
        let object = object.property(*name, Schema::Object(field));
        if *required { object.required(*name) } else { object }
    });
    RefOr::T(Schema::Object(object.build()))
}

fn responses(call: &Documented) -> Responses {
    let json = |example: serde_json::Value| {
        ContentBuilder::new()
            .schema(Some(RefOr::T(Schema::Object(ObjectBuilder::new().build()))))
            .example(Some(example))
            .build()
    };
    let limited = ResponseBuilder::new().description("Too many calls of one key.").content(
        "application/json",
        json(serde_json::json!({"status": "error", "message": "Too many requests. Try again in 1 seconds."})),
    );
    let success = if call.message.is_empty() {
        let page = ResponseBuilder::new().description("To the hosted page.").build();
        let refused = ResponseBuilder::new().description("What is wrong, as a page.").build();
        let all = ResponsesBuilder::new().response("303", page).response("422", refused);
        return all.response("429", limited).build();
    } else {
        let body = serde_json::json!({"status": "success", "message": call.message, "data": {}});
        ResponseBuilder::new()
            .description("Success, or an error in the same envelope.")
            .content("application/json", json(body))
    };
    ResponsesBuilder::new().response("200", success).response("429", limited).build()
}

/// The document as JSON.
pub(super) async fn serve() -> Response {
    let body = serde_json::to_string(openapi()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")], body).into_response()
}

/// The rows of the reference page.
pub(in crate::http) fn reference() -> ApiReference {
    let rows = CALLS.iter().map(|call| ApiOperation {
        methods: call.methods.join(" or "),
        path: call.path.to_owned(),
        summary: call.summary.to_owned(),
        fields: call
            .fields
            .iter()
            .map(|(name, required, description)| ApiField {
                name: (*name).to_owned(),
                required: *required,
                description: (*description).to_owned(),
            })
            .collect(),
    });
    ApiReference(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::CALLS;
    use std::collections::BTreeSet;

    #[test]
    fn every_address_is_documented_and_nothing_else() {
        let served: BTreeSet<(String, &str)> =
            super::super::all().map(|(method, path)| (method.to_string(), path)).collect();
        let documented: BTreeSet<(String, &str)> =
            CALLS.iter().flat_map(|call| call.methods.iter().map(|method| ((*method).to_owned(), call.path))).collect();
        let without_itself: BTreeSet<_> = served.into_iter().filter(|(_, path)| *path != "/api/openapi.json").collect();
        assert_eq!(documented, without_itself);
    }

    #[test]
    fn it_is_a_document_of_openapi_3_1_with_every_path() {
        let json: serde_json::Value = serde_json::to_value(super::openapi()).unwrap();
        assert!(json["openapi"].as_str().unwrap().starts_with("3.1"));
        assert_eq!(json["paths"].as_object().unwrap().len(), CALLS.len());
        let update = &json["paths"]["/api/serviceprovider/order/update"];
        assert!(update["put"].is_object() && update["post"].is_object());
    }
}
