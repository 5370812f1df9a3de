//! What an expression yields.

/// The four types of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A number per step.
    Scalar,
    /// At most one sample per series and step: an instant vector.
    Vector,
    /// Samples per series over a range of time, for each step: a range vector.
    Matrix,
    /// A string.
    String,
}

impl ValueType {
    /// The name that stands in results (`resultType`): `scalar`, `vector`, `matrix`, `string`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "vector",
            Self::Matrix => "matrix",
            Self::String => "string",
        }
    }

    /// The name that stands in the documentation and in messages: `instant vector`, `range vector`.
    #[must_use]
    pub fn documented(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
            Self::String => "string",
        }
    }
}
