//! Who asks, as it was found out on the way in; it comes with the request.

use axum::http::Extensions;

use fireplan_office::{ALL_AREAS, Action, Person, SessionToken, may};

/// How it is known who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayIn {
    /// The program serves whoever sits at its machine.
    Local,
    /// A proxy says who it is.
    Proxy,
    /// People sign in with a password.
    Password,
}

/// Whoever asks.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// `None`: nobody has signed in.
    pub person: Option<Person>,
    pub way: WayIn,
    /// Where the request comes from; empty where that is not known.
    pub address: String,
    /// The session that the browser shows.
    pub session: Option<SessionToken>,
}

/// Id of the area that a request is about, where several are served.
#[derive(Debug, Clone)]
pub(crate) struct AskedArea(pub String);

impl Visitor {
    /// Whoever sits at the machine.
    pub(crate) fn local() -> Self {
        Self { person: Some(Person::local()), way: WayIn::Local, address: String::new(), session: None }
    }

    /// Their name; empty: nobody has signed in.
    pub(crate) fn name(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.name)
    }

    /// Whoever a request is from; `None`: nobody has asked the request.
    pub(crate) fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get()
    }
}

/// The area that a request is about; where only one is served, the roles in all of them count.
pub(crate) fn asked_area(extensions: &Extensions) -> &str {
    extensions.get::<AskedArea>().map_or(ALL_AREAS, |area| &area.0)
}

/// Whether whoever asks may do this in the area that the request is about.
pub(crate) fn visitor_may(extensions: &Extensions, action: Action) -> bool {
    let person = Visitor::of(extensions).and_then(|visitor| visitor.person.as_ref());
    may(person, action, asked_area(extensions))
}
