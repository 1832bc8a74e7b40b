//! The contract: what every backing must do, as tests. Behind the feature `contract`.
//!
//! A backing's own tests implement [`Backing`], write one function that answers an empty one, and call
//! [`contract_tests!`](crate::contract_tests), which expands to one `#[tokio::test]` for each sentence:
//!
//! ```ignore
//! async fn fresh() -> impl store::contract::Backing { … }
//!
//! store::contract_tests!(fresh);
//! ```
//!
//! Nothing in here is timed: what must happen is waited for, and what must not happen is looked for after
//! something that comes later has happened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use async_trait::async_trait;

use crate::Store;

pub mod acts;
pub mod append;
pub mod attachments;
pub mod certificates;
pub mod decisions;
pub mod definitions;
pub mod documents;
pub mod engine;
pub mod evidence;
pub mod follow;
pub mod handles;
pub mod history;
pub mod keys;
pub mod model;
pub mod notices;
pub mod queries;
pub mod references;
pub mod registry;
pub mod sample;
pub mod shares;
pub mod standings;
pub mod transfer;
pub mod validity;
pub mod voiding;

/// Kept data, empty at first, that can be opened.
#[async_trait]
pub trait Backing: Send + Sync {
    /// Opens it. Every call opens the same data, after a handle was closed or while another is open, as a
    /// second process would.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Expands to every test of the contract. The argument is the path of an `async fn() -> impl Backing` that
/// answers a new, empty backing each time.
#[macro_export]
macro_rules! contract_tests {
    ($fresh:path) => {
        $crate::contract_area! { $fresh; append:
            keeps_a_batch_in_order,
            an_empty_batch_is_nothing,
            a_statement_sent_again_is_a_no_op,
            a_conflict_keeps_nothing_of_its_batch,
            positions_and_stored_grow_together,
            a_batch_may_be_large,
            the_same_statement_from_many_is_kept_once,
            one_id_from_many_is_given_once,
        }
        $crate::contract_area! { $fresh; follow:
            the_log_is_read_in_pages,
            the_log_is_read_within_bounds,
            the_log_is_read_by_keys,
            a_follower_misses_nothing,
            waiting_ends_when_there_is_more,
            consistent_through_is_honest,
            consistent_through_follows_the_clock,
        }
        $crate::contract_area! { $fresh; queries:
            queries_agree_with_a_list_of_everything,
            without_a_filter_everything_is_found,
            an_agent_is_found_where_it_appears,
            an_activity_is_found_where_it_appears,
            times_are_exact,
            a_page_says_whether_there_is_more,
            a_page_is_bounded_in_bytes_too,
            pages_are_stable_while_others_write,
        }
        $crate::contract_area! { $fresh; references:
            a_reference_is_found_by_its_target,
            references_are_followed_through_chains,
            many_may_refer_to_one,
            circles_of_references_end,
            time_is_not_inherited,
            the_authority_is_not_inherited,
        }
        $crate::contract_area! { $fresh; validity:
            any_valid_statement_is_kept_and_found,
            the_same_in_other_words_is_a_no_op,
        }
        $crate::contract_area! { $fresh; voiding:
            a_voided_statement_is_left_out,
            a_voiding_statement_can_not_be_voided,
            voiding_in_vain_does_no_harm,
            what_refers_to_a_voided_statement_is_found,
            voided_statements_do_not_shorten_a_page,
        }
        $crate::contract_area! { $fresh; definitions:
            definitions_are_merged,
            definitions_come_from_everywhere_allowed,
            definitions_of_two_servers_are_merged,
        }
        $crate::contract_area! { $fresh; documents:
            a_document_is_written_replaced_and_deleted,
            a_document_that_changed_is_left_alone,
            one_of_many_writers_wins_each_round,
            scopes_are_apart,
            the_same_agent_has_the_same_documents,
            ids_are_listed,
            documents_are_deleted_together,
        }
        $crate::contract_area! { $fresh; attachments:
            what_goes_in_comes_out,
            an_error_in_the_stream_keeps_nothing,
            an_attachment_appears_whole,
            keeping_twice_is_keeping_once,
            attachments_do_not_mix,
        }
        $crate::contract_area! { $fresh; registry:
            people_are_added_changed_and_found,
            an_identifier_belongs_to_one_person,
            one_of_many_gets_an_identifier,
            a_person_is_removed,
            who_reports_to_whom_is_known,
            every_version_of_a_person_is_kept,
            people_are_listed,
            curricula_have_revisions,
            revisions_from_many_are_counted_once,
            changes_are_followed,
        }
        $crate::contract_area! { $fresh; acts:
            acts_are_recorded_in_one_order,
            the_same_act_again_is_a_no_op,
            an_act_is_undone_once,
            one_of_many_undoes_an_act,
            people_change_with_acts,
            acts_are_listed,
        }
        $crate::contract_area! { $fresh; engine:
            a_commit_is_kept_whole,
            an_outdated_commit_writes_nothing,
            an_impossible_commit_writes_nothing,
            one_of_many_engines_commits,
        }
        $crate::contract_area! { $fresh; shares:
            people_are_divided_and_put_together,
            what_is_due_is_due_in_its_share,
            notices_of_all_shares_have_one_order,
            engines_divide_people,
        }
        $crate::contract_area! { $fresh; evidence:
            evidence_is_kept_by_person_and_statement,
        }
        $crate::contract_area! { $fresh; standings:
            standings_are_listed,
            standings_come_due,
        }
        $crate::contract_area! { $fresh; certificates:
            certificates_are_listed,
            the_ledger_keeps_its_order,
            the_outbox_is_drained,
        }
        $crate::contract_area! { $fresh; notices:
            notices_are_listed,
            a_notice_is_kept_once,
        }
        $crate::contract_area! { $fresh; keys:
            keys_are_made_once,
            a_key_is_revoked_once,
            one_of_many_makes_a_key,
        }
        $crate::contract_area! { $fresh; transfer:
            a_copy_holds_everything,
            a_copy_is_gone_on_with,
            a_copy_replaces_nothing,
            a_difference_is_found,
        }
        $crate::contract_area! { $fresh; handles:
            a_closed_store_says_so,
            closing_finishes_what_is_under_way,
            everything_is_there_when_opened_again,
            several_handles_write_one_log,
        }
    };
}

/// The tests of one module of the contract.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_area {
    ($fresh:path; $area:ident: $($test:ident),* $(,)?) => {
        mod $area {
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    $crate::contract::$area::$test(async || $fresh().await).await;
                }
            )*
        }
    };
}
