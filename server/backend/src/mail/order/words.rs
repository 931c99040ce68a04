//! The words of a mail about an order.

/// What one mail says.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) heading: String,
    pub(super) says: Vec<String>,
    pub(super) waits: String,
    pub(super) button: &'static str,
}

impl Words {
    pub(super) fn new(subject: impl Into<String>, heading: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            heading: heading.into(),
            says: Vec::new(),
            waits: String::new(),
            button: "Open the order",
        }
    }

    pub(super) fn say(mut self, sentence: impl Into<String>) -> Self {
        self.says.push(sentence.into());
        self
    }

    pub(super) fn waits(mut self, line: String) -> Self {
        self.waits = line;
        self
    }

    pub(super) fn button(mut self, label: &'static str) -> Self {
        self.button = label;
        self
    }
}
