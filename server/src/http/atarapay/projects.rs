//! Milestone projects (atarapay.md section 4). Every answer has its keys in the order of the contract's sample.

use super::Api;
use super::answer::{Problem, Success};
use super::call::call;
use super::providers::email;
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Error;
use backend::service::api::{ApiProject, wire_time};
use domain::text::phone;
use serde::Serialize;
use serde_json::value::RawValue;

#[derive(Serialize)]
struct Created<'a> {
    project_name: &'a str,
    description: &'a str,
    started_by: Option<()>,
    seller_id: i64,
    customer_id: i64,
    updated_at: String,
    created_at: String,
    id: i64,
}

#[derive(Serialize)]
struct Listed<'a> {
    id: i64,
    seller_id: i64,
    customer_id: i64,
    project_name: &'a str,
    description: &'a str,
    started_by: Option<()>,
    status: u8,
    created_at: String,
    updated_at: String,
    transaction: Vec<Box<RawValue>>,
}

impl<'a> Listed<'a> {
    fn new(project: &'a ApiProject) -> Result<Self, Problem> {
        let orders = project.orders.iter().map(|order| RawValue::from_string(order.clone()));
        Ok(Self {
            id: project.number,
            seller_id: project.seller,
            customer_id: project.customer,
            project_name: &project.name,
            description: &project.description,
            started_by: None,
            status: project.status,
            created_at: wire_time(project.created_at),
            updated_at: wire_time(project.updated_at),
            transaction: orders.collect::<Result<_, _>>().map_err(|error| Problem::Fault(Error::from(error)))?,
        })
    }
}

/// A seller starts a project for a buyer, who is made from the address where nobody has it.
pub(super) async fn create(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let fields = &call.fields;
        let named = (fields.required("project_name")?, fields.required("description")?);
        let customer = (fields.required("customer_email")?, fields.required("customer_phone")?);
        email(customer.0, "customer_email")?;
        phone(customer.1).map_err(|_| Problem::said("The customer phone format is invalid."))?;
        let started = call.backend.api_start_project(&call.caller, named, customer, &call.key).await;
        let project = started.map_err(|error| match error {
            Error::NotFound => Problem::said("Only a seller starts projects here."),
            other => other.into(),
        })?;
        let created = Created {
            project_name: &project.name,
            description: &project.description,
            started_by: None,
            seller_id: project.seller,
            customer_id: project.customer,
            updated_at: wire_time(project.updated_at),
            created_at: wire_time(project.created_at),
            id: project.number,
        };
        Success::new("project_created", &created)
    })
    .await
}

/// Names and describes a project anew; the address says which.
pub(super) async fn update(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let (name, description) = (call.fields.required("project_name")?, call.fields.required("description")?);
        let id: String = call.target.chars().take(40).collect();
        let unknown = || Problem::said(format!("Project with id ({id}) does not exist"));
        let number: i64 = id.parse().map_err(|_| unknown())?;
        let changed = call.backend.api_change_project(&call.caller, number, name, description).await?;
        let project = changed.ok_or_else(unknown)?;
        Success::new("project_updated", &Listed::new(&project)?)
    })
    .await
}

/// The projects of the account, as a list.
pub(super) async fn list(State(api): State<Api>, request: Request) -> Response {
    call(api, request, |call| async move {
        let projects = call.backend.api_projects(&call.caller).await?;
        let listed: Vec<Listed<'_>> = projects.iter().map(Listed::new).collect::<Result<_, _>>()?;
        Success::new("project_data", &listed)
    })
    .await
}
