//! The rules that come with the program.

mod rules;
