//! New projects: files are brought in, or a folder of the server is chosen; they are looked at; what is doubtful is asked;
//! then the project takes its place among the others.
//!
//! A draft is a folder beside the projects whose name begins with an underscore, so that it is none of them, and at their
//! depth, so that what is written in it holds when it is renamed at the end. Whatever stops before that leaves no project.
//!
//! Reading order: `record` (what of a draft is on disk), `store` (the drafts there are), `upload` (files that are sent),
//! `allowed` (folders of the server), `work` (looking, asking, writing), `documents`, `describe` and `handlers` (what clients
//! see and do).

pub(crate) mod allowed;
mod describe;
pub(crate) mod documents;
pub(crate) mod handlers;
mod record;
pub(crate) mod store;
mod upload;
mod work;
