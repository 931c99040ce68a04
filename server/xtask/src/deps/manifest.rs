//! Who may depend on whom, as data, held against the manifests.

use super::matches;
use cargo_metadata::{DependencyKind, Package};
use std::collections::BTreeMap;

/// The rules of one crate.
struct Rule {
    name: &'static str,
    /// Crates of this workspace it may use.
    ours: &'static [&'static str],
    /// Crates of this workspace that only its tests may use as well.
    ours_in_tests: &'static [&'static str],
    /// When given, nothing else may be used outside of tests.
    only: Option<&'static [&'static str]>,
    /// What it must not use, not even in tests. A name ending in `*` stands for all that begin so.
    never: &'static [&'static str],
    /// What it may use only behind the feature `ssr`.
    behind_ssr: &'static [&'static str],
}

const UNRESTRICTED: Rule = Rule { name: "", ours: &[], ours_in_tests: &[], only: None, never: &[], behind_ssr: &[] };

/// The table of the design. A new edge in a Cargo.toml is a design decision and starts here.
const RULES: [Rule; 8] = [
    Rule {
        name: "domain",
        only: Some(&["serde", "thiserror", "time", "uuid"]),
        never: &["tokio*", "sea-orm*", "sqlx*", "axum*", "leptos*", "tower*", "reqwest"],
        ..UNRESTRICTED
    },
    Rule {
        name: "backend",
        ours: &["domain"],
        ours_in_tests: &["migrations"],
        never: &["axum*", "leptos*"],
        ..UNRESTRICTED
    },
    Rule {
        name: "app",
        ours: &["domain", "backend"],
        ours_in_tests: &["migrations"],
        never: &["sea-orm*", "sqlx*", "lettre", "argon2"],
        behind_ssr: &["backend", "leptos_axum", "axum*", "tokio*", "tower*", "tracing*", "http", "hyper*"],
        ..UNRESTRICTED
    },
    Rule { name: "server", ours: &["app", "backend", "domain", "migrations"], ..UNRESTRICTED },
    Rule { name: "simulate", ours: &["backend", "domain", "migrations"], never: &["axum*", "leptos*"], ..UNRESTRICTED },
    Rule { name: "migrations", only: Some(&["sea-orm-migration"]), ..UNRESTRICTED },
    Rule {
        name: "frontend",
        ours: &["app"],
        only: Some(&["app", "leptos", "wasm-bindgen", "console_error_panic_hook"]),
        ..UNRESTRICTED
    },
    Rule { name: "xtask", ..UNRESTRICTED },
];

/// What of a manifest the rules speak about.
#[derive(Debug, Default, Clone)]
pub struct Crate {
    name: String,
    dependencies: Vec<Dependency>,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone)]
struct Dependency {
    name: String,
    in_tests: bool,
    optional: bool,
    /// Whether it comes from a folder, not from a registry.
    ours: bool,
}

impl From<&Package> for Crate {
    fn from(package: &Package) -> Self {
        let dependencies = package.dependencies.iter().map(|dependency| Dependency {
            name: dependency.name.clone(),
            in_tests: dependency.kind == DependencyKind::Development,
            optional: dependency.optional,
            ours: dependency.path.is_some(),
        });
        Self {
            name: package.name.to_string(),
            dependencies: dependencies.collect(),
            features: package.features.clone(),
        }
    }
}

/// All violations, in words.
pub fn check(crates: &[Crate]) -> Vec<String> {
    let mut violations = Vec::new();
    for one in crates {
        match RULES.iter().find(|rule| rule.name == one.name) {
            Some(rule) => violations.extend(check_one(rule, one)),
            None => violations.push(format!("{} is in no dependency rule", one.name)),
        }
    }
    violations
}

fn check_one(rule: &Rule, one: &Crate) -> Vec<String> {
    let mut violations = Vec::new();
    let mut refuse = |why: String| violations.push(format!("{}: {why}", one.name));
    for dependency in &one.dependencies {
        let name = dependency.name.as_str();
        let allowed_in_tests = dependency.in_tests && rule.ours_in_tests.contains(&name);
        if dependency.ours && !rule.ours.contains(&name) && !allowed_in_tests {
            refuse(format!("must not use our crate {name}"));
        }
        if rule.only.is_some_and(|only| !dependency.in_tests && !only.contains(&name)) {
            refuse(format!("may use {} alone, not {name}", rule.only.unwrap_or_default().join(", ")));
        }
        if matches(rule.never, name) {
            refuse(format!("must never use {name}"));
        }
        if matches(rule.behind_ssr, name) && !dependency.in_tests {
            if !dependency.optional {
                refuse(format!("{name} must be optional, behind the feature ssr"));
            }
            for feature in features_with(&one.features, name) {
                refuse(format!("the feature {feature} must not switch {name} on, only ssr may"));
            }
        }
    }
    for feature in one.features.iter().filter(|(name, _)| *name != "ssr") {
        if !rule.behind_ssr.is_empty() && feature.1.iter().any(|other| other == "ssr") {
            refuse(format!("the feature {} must not switch ssr on", feature.0));
        }
    }
    violations
}

/// Features other than `ssr` that switch an optional dependency on (`dep:x`, `x`, `x/feature`; not `x?/feature`).
fn features_with<'a>(
    features: &'a BTreeMap<String, Vec<String>>,
    dependency: &'a str,
) -> impl Iterator<Item = &'a str> {
    let switches_on = move |item: &str| {
        let item = item.strip_prefix("dep:").unwrap_or(item);
        item.split('/').next() == Some(dependency)
    };
    features
        .iter()
        .filter(|(name, _)| *name != "ssr")
        .filter(move |(_, items)| items.iter().any(|item| switches_on(item)))
        .map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(name: &str) -> Dependency {
        let ours = RULES.iter().any(|rule| rule.name == name);
        Dependency { name: name.to_owned(), in_tests: false, optional: false, ours }
    }

    fn named(name: &str, dependencies: Vec<Dependency>) -> Crate {
        Crate { name: name.to_owned(), dependencies, features: BTreeMap::new() }
    }

    fn violation(one: Crate) -> String {
        let violations = check(&[one]);
        assert_eq!(violations.len(), 1, "{violations:?}");
        violations.into_iter().next().unwrap()
    }

    #[test]
    fn what_the_design_allows_passes() {
        let crates = [
            named("domain", vec![normal("serde"), normal("time")]),
            named("backend", vec![normal("domain"), normal("sea-orm")]),
            named("server", vec![normal("app"), normal("backend"), normal("migrations"), normal("axum")]),
            named("frontend", vec![normal("app"), normal("leptos")]),
            named("xtask", vec![normal("anyhow")]),
        ];
        assert_eq!(check(&crates), Vec::<String>::new());
    }

    #[test]
    fn planted_violations_are_found() {
        assert!(violation(named("domain", vec![normal("rand")])).contains("not rand"));
        assert!(violation(named("backend", vec![normal("axum-extra")])).contains("never use axum-extra"));
        assert!(violation(named("backend", vec![normal("migrations")])).contains("our crate migrations"));
        assert!(violation(named("xtask", vec![normal("domain")])).contains("our crate domain"));
        assert!(violation(named("frontend", vec![normal("web-sys")])).contains("not web-sys"));
        assert!(violation(named("shop", vec![])).contains("no dependency rule"));
    }

    #[test]
    fn tests_may_use_more_but_not_everything() {
        let in_tests = |name: &str| Dependency { in_tests: true, ..normal(name) };
        assert_eq!(check(&[named("domain", vec![in_tests("proptest")])]), Vec::<String>::new());
        assert_eq!(check(&[named("backend", vec![in_tests("migrations")])]), Vec::<String>::new());
        assert!(violation(named("migrations", vec![in_tests("domain")])).contains("our crate domain"));
        assert!(violation(named("domain", vec![in_tests("tokio")])).contains("never use tokio"));
    }

    #[test]
    fn server_side_crates_of_app_stay_behind_ssr() {
        let optional = |name: &str| Dependency { optional: true, ..normal(name) };
        let mut app = named("app", vec![optional("backend"), optional("tokio")]);
        app.features.insert("ssr".to_owned(), vec!["dep:backend".to_owned(), "dep:tokio".to_owned()]);
        app.features.insert("hydrate".to_owned(), vec!["leptos/hydrate".to_owned(), "tokio?/rt".to_owned()]);
        assert_eq!(check(std::slice::from_ref(&app)), Vec::<String>::new());

        assert!(violation(named("app", vec![normal("axum")])).contains("axum must be optional"));
        for (feature, item, complaint) in [
            ("hydrate", "dep:tokio", "hydrate must not switch tokio on"),
            ("hydrate", "backend/sqlite", "hydrate must not switch backend on"),
            ("default", "ssr", "default must not switch ssr on"),
        ] {
            let mut broken = app.clone();
            broken.features.insert(feature.to_owned(), vec![item.to_owned()]);
            assert!(violation(broken).contains(complaint));
        }
    }
}
