using Holdfast.Mutants;

return args switch
{
    ["worker", var tests, var target] => await Worker.Serve(tests, target),
    [var root, .. var words] => await Judge.Judged(root, words),
    _ => 2,
};
