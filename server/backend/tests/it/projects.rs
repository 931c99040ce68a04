//! Milestone projects through the services: who plans, who pays when, what is carried over, and how a project ends
//! (rules.md section 7).

mod carry;
mod carry_ends;
mod ends;
mod fees;
mod figures;
mod parties;
mod planning;
mod rails;
mod requests;
mod stage;
mod terms;
mod told;
mod turn;
