/// What went wrong in a fixture, in words that a test report can show.
///
/// Fixtures throw it when the world around the test misbehaved; an expectation that the product failed is recorded by
/// the test itself.
package struct SupportFailure: Error, CustomStringConvertible, Equatable {
    /// The sentence that the report shows.
    package let description: String

    /// Makes a failure with the sentence that the report shows.
    package init(_ description: String) {
        self.description = description
    }
}
