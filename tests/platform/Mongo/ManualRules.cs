namespace Holdfast.Platform.Tests.Mongo;

/// <summary>One rule of MongoDB's manual that allows a piece of a command, and the server version that has it.</summary>
/// <param name="Piece">A command, stage, operator or variable, and where it stands.</param>
internal sealed record ManualRule(string Piece, string Since, string Says, string Page);

/// <summary>The rules of MongoDB's manual that the provider's commands rest on, by the piece of a command that each allows.</summary>
internal static class ManualRules
{
    private const string Pages = "https://www.mongodb.com/docs/manual/";

    internal static readonly IReadOnlyDictionary<string, ManualRule> All = new[]
    {
        Command("find", "3.2", "filter, sort, projection, limit and readConcern are its fields", "find"),
        Command("aggregate", "2.2", "what countDocuments is made of: $match, then $group with $sum", "aggregate"),
        Command("insert", "2.6", "each document with its own _id; a second one of an _id is error 11000", "insert"),
        Command(
            "update", "2.6", "with multi false it is retryable; an upsert inserts the equalities of its filter, then the update", "update"),
        Command("delete", "2.6", "limit 1 is retryable, limit 0 deletes all that match and is not", "delete"),
        Command("findAndModify", "4.2", "one document; update may be a pipeline, new returns it as it is then", "findAndModify"),
        Command("listIndexes", "3.0", "takes no readConcern and no writeConcern", "listIndexes"),
        Command("createIndexes", "2.6", "an index that is there already is left alone", "createIndexes"),
        Command("drop", "2.2", "of what is not there: an error up to 6, nothing since 7, and the driver passes over it", "drop"),
        Command("getMore", "3.2", "what a find has left; in the find's session, with no readConcern of its own", "getMore"),
        Command("dropIndexes", "2.2", "by its name; takes no readConcern", "dropIndexes"),
        new("stage $match", "2.2", "takes a query", Pages + "reference/operator/aggregation/match/"),
        new("stage $group", "2.2", "an accumulator per field; _id is the group", Pages + "reference/operator/aggregation/group/"),
        new("stage $set", "4.2", "in a pipeline; its expressions see the document before the stage",
            Pages + "reference/operator/aggregation/set/"),
        new("update pipeline", "4.2", "of $set, $unset, $project, $addFields, $replaceRoot and $replaceWith alone",
            Pages + "tutorial/update-documents-with-aggregation-pipeline/"),
        new("upsert", "2.6", "no $expr in the filter (error 224); the _id by equality, so that it is the one inserted",
            Pages + "reference/operator/query/expr/"),
        Update("$set", "2.6", "sets a field; makes it where it is missing"), Update("$inc", "2.6", "of a missing field: sets it"),
        Update("$push", "2.6", "with $each and $slice; of a missing field: makes the list"),
        Update("$currentDate", "2.6", "the server's clock"),
        Modifier("$each", "push"), Modifier("$slice", "push"),
        Query("$and", "2.0", "of one or more filters"), Query("$eq", "3.0", "null matches null and missing"),
        Query("$ne", "2.2", "of a list: not among its members"), Query("$gt", "2.2", "of the same type alone"),
        Query("$gte", "2.2", "of the same type alone"), Query("$lt", "2.2", "of the same type alone"),
        Query("$lte", "2.2", "of the same type alone"), Query("$in", "2.2", "an empty list matches nothing"),
        Query("$expr", "3.6", "an expression; not in an upsert"),
        Expression("$cond", "2.2"), Expression("$or", "2.2"), Expression("$eq", "2.2"), Expression("$lt", "2.2"),
        Expression("$gte", "2.2"), Expression("$add", "2.2"), Expression("$sum", "2.2"), Expression("$literal", "2.6"),
        Expression("$type", "3.4"), Expression("$toLower", "2.2"), Expression("$indexOfCP", "3.4"),
        new("variable $$NOW", "4.2", "the server's clock, the same in a whole statement", Pages + "reference/aggregation-variables/"),
    }.ToDictionary(r => r.Piece, StringComparer.Ordinal);

    private static ManualRule Command(string name, string since, string says, string page) =>
        new("command " + name, since, says, $"{Pages}reference/command/{page}/");

    private static ManualRule Update(string name, string since, string says) =>
        new("update " + name, since, says, $"{Pages}reference/operator/update/{name[1..]}/");

    private static ManualRule Modifier(string name, string of) =>
        new("modifier " + name, "2.6", $"of ${of}", $"{Pages}reference/operator/update/{name[1..]}/");

    private static ManualRule Query(string name, string since, string says) =>
        new("query " + name, since, says, $"{Pages}reference/operator/query/{name[1..]}/");

    private static ManualRule Expression(string name, string since) =>
        new("expression " + name, since, "an aggregation expression", $"{Pages}reference/operator/aggregation/{name[1..]}/");
}
