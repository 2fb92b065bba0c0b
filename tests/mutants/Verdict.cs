namespace Holdfast.Mutants;

/// <summary>The outcome of the tests for a mutant.</summary>
internal enum Verdict
{
    /// <summary>No test runs its place.</summary>
    NotReached,

    /// <summary>All tests that reach it pass.</summary>
    Survived,

    /// <summary>A test failed, or did not end in time.</summary>
    Killed,
}
