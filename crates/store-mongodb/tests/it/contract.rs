use crate::support::TestDatabase;

async fn fresh() -> TestDatabase {
    TestDatabase::new()
}

store::contract_tests!(fresh);
