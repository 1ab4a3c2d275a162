//! Routes that are described as they are added: what a route answers with is read off its handler.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, on};

use crate::body::Body;
use crate::description::Operation;
use crate::error::HttpResult;
use crate::people::admit::DeclaredRoute;
use crate::state::AppState;
use fireplan_office::Action;

/// Routes with their operations. `S` is what their handlers share.
pub(super) struct Routes<S = AppState> {
    /// The routes as axum has them.
    pub router: Router<S>,
    /// Path, method and operation of each.
    pub operations: Vec<(&'static str, &'static str, Operation)>,
    /// What each does, by the method and the path as axum has it.
    pub declared: Vec<(Method, String, DeclaredRoute)>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::new(), operations: Vec::new(), declared: Vec::new() }
    }
}

/// A handler, by what it answers with. `A` are the types of its arguments.
pub(super) trait Answers<A> {
    /// What it answers with, if nothing goes wrong.
    type Answer: Body;
}

/// Implements [`Answers`] for handlers with so many arguments.
macro_rules! answers {
    ($( ($($argument:ident)*) )*) => {
        $(
            impl<F, Answering, B, $($argument),*> Answers<($($argument,)*)> for F
            where
                F: FnOnce($($argument),*) -> Answering,
                Answering: Future<Output = HttpResult<B>>,
                B: Body,
            {
                type Answer = B;
            }
        )*
    };
}
answers! { (A1) (A1 A2) (A1 A2 A3) (A1 A2 A3 A4) (A1 A2 A3 A4 A5) }

/// Declares a method of [`Routes`] for a method of HTTP.
macro_rules! methods {
    ($( $name:ident $filter:ident; )*) => {
        $(
            pub(crate) fn $name<H, T, A>(self, path: &'static str, handler: H, operation: Operation) -> Self
            where
                H: Handler<T, S> + Answers<A>,
                T: 'static,
            {
                let router = self.router.route(path, on(MethodFilter::$filter, handler));
                let operation = operation.gives::<H::Answer>();
                let declared = (Method::$filter, path.to_owned(), operation.declare(stringify!($name)));
                let mut routes = Self { router, ..self };
                routes.declared.push(declared);
                routes.describe(path, stringify!($name), operation)
            }
        )*
    };
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
    }

    /// Declares what a route does that the router writes otherwise than the description.
    pub(super) fn declare(mut self, method: Method, path: &str, id: &'static str, action: Action) -> Self {
        self.declared.push((method, path.to_owned(), DeclaredRoute { id, action, recorded: false }));
        self
    }

    /// Describes an operation whose path the router writes otherwise.
    pub(super) fn describe(mut self, path: &'static str, method: &'static str, operation: Operation) -> Self {
        self.operations.push((path, method, operation));
        self
    }
}
