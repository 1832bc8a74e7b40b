/// What an operator may set. Every limit exists so that no single request takes more than its share.
#[derive(Debug, Clone)]
pub struct LrsOptions {
    /// The longest body that is held in memory, in bytes after decompression: the statements of a request, or a
    /// document. Longer ones get 413.
    pub max_body_bytes: usize,
    /// The longest attachment, in bytes. Longer ones get 413. Attachments are streamed, never held in memory.
    pub max_attachment_bytes: u64,
    /// The most statements one request may bring.
    pub max_statements: usize,
    /// How many statements a page has at most, and where a query names no `limit`, or 0, which the standard calls
    /// the default: "the maximum the server will allow" (1.0.3, Communication 2.1.3).
    pub max_limit: usize,
    /// How many bytes of statements a page has at most, but for its first statement; `more` leads to the rest. What a
    /// page takes in memory is bounded by this, however large statements are.
    pub max_page_bytes: usize,
    /// The `homePage` of the account that stands for a key in `authority`; see [`authority`](crate::authority).
    pub authority_home_page: String,
}

impl Default for LrsOptions {
    fn default() -> Self {
        Self {
            max_body_bytes: 16 * 1024 * 1024,
            max_attachment_bytes: 4 * 1024 * 1024 * 1024,
            max_statements: 10_000,
            max_limit: 500,
            max_page_bytes: 4 * 1024 * 1024,
            authority_home_page: "http://127.0.0.1:8085".to_owned(),
        }
    }
}

impl LrsOptions {
    pub(crate) fn limits(&self) -> xapi::Limits {
        xapi::Limits {
            max_statements: self.max_statements,
            ..xapi::Limits::default()
        }
    }
}
