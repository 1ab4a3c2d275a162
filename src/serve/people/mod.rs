//! Who asks, and what they may: [`entrance`] finds out who it is, [`admit`] asks whether they may and writes down what they did,
//! [`sign_in`] lets them come and go, [`trail`] shows what was written down.
//!
//! Every route declares its [`Action`](fireplan_office::Action) in the list of routes; one that does not is for those who manage. Who
//! somebody is comes with the request ([`Visitor`](visitor::Visitor)); a request without that is from nobody.

pub(crate) mod admit;
pub(crate) mod entrance;
pub(crate) mod known_passwords;
pub(crate) mod sign_in;
pub(crate) mod trail;
pub(crate) mod visitor;

#[cfg(test)]
mod tests;
