using MongoDB.Bson;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>One rule of MongoDB's manual that allows a piece of a command, and the server version that has it.</summary>
/// <param name="Piece">A command, stage, operator or variable, and where it stands.</param>
internal sealed record ManualRule(string Piece, string Since, string Says, string Page);

/// <summary>
/// Rules of MongoDB's manual, as far as the provider uses it. A command with a piece that is not listed, or one that breaks a rule of
/// its place, is refused here, for no server could be asked.
/// </summary>
internal static class MongoManual
{
    private const string Pages = "https://www.mongodb.com/docs/manual/";

    private static readonly Dictionary<string, ManualRule> Rules = new[]
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

    /// <summary>The rules that allow a command, in their order. Throws at what is not allowed.</summary>
    internal static IReadOnlyList<ManualRule> Allow(BsonDocument command)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        var name = command.GetElement(0).Name;
        used.Add("command " + name);
        Guaranteed(name, command);
        switch (name)
        {
            case "find":
                InQuery(command.GetValue("filter", new BsonDocument()), used);
                break;
            case "aggregate":
                InStages(command["pipeline"], used, ["$match", "$group"]);
                break;
            case "insert":
                foreach (var document in command["documents"].AsBsonArray)
                {
                    Plain(document);
                }

                break;
            case "update":
                foreach (var one in command["updates"].AsBsonArray)
                {
                    InUpdate(one["q"].AsBsonDocument, one["u"], one.AsBsonDocument.GetValue("upsert", false).ToBoolean(), used);
                    Assert.False(
                        one.AsBsonDocument.GetValue("multi", false).ToBoolean() && command.Contains("txnNumber"), "multi is not retryable");
                }

                break;
            case "delete":
                foreach (var one in command["deletes"].AsBsonArray)
                {
                    InQuery(one["q"], used);
                    Assert.False(one["limit"] == 0 && command.Contains("txnNumber"), "a deletion of many is not retryable");
                }

                break;
            case "findAndModify":
                InUpdate(command["query"].AsBsonDocument, command["update"], command.GetValue("upsert", false).ToBoolean(), used);
                break;
            case "listIndexes" or "dropIndexes" or "getMore":
                Assert.False(command.Contains("readConcern") || (name != "dropIndexes" && command.Contains("writeConcern")));
                break;
        }

        return [.. used.Select(piece => Rules.TryGetValue(piece, out var rule)
            ? rule : throw new InvalidOperationException($"The manual's rule for '{piece}' is not in the list: {command}"))];
    }

    /// <summary>
    /// "Read Concern", "Write Concern" and "Server Sessions": what each command may carry is what it carries. No text is compared by a
    /// language.
    /// </summary>
    private static void Guaranteed(string name, BsonDocument command)
    {
        Assert.DoesNotContain("collation", command.ToJson(), StringComparison.Ordinal);
        Assert.True(command.Contains("lsid"), $"outside of a session: {command}");
        if (name is "find" or "aggregate")
        {
            Assert.Equal("majority", command["readConcern"]["level"].AsString);
        }
        else if (name is not ("listIndexes" or "getMore"))
        {
            Assert.Equal(
                new BsonDocument { { "w", "majority" }, { "wtimeout", 15000.0 }, { "j", true } }, command["writeConcern"].AsBsonDocument);
        }
    }

    private static void InUpdate(BsonDocument query, BsonValue update, bool upserts, SortedSet<string> used)
    {
        InQuery(query, used);
        if (upserts)
        {
            used.Add("upsert");
            Assert.DoesNotContain("$expr", query.ToJson(), StringComparison.Ordinal);
            Assert.False(query["_id"].IsBsonDocument, $"an upsert finds its _id by equality: {query}");
        }

        if (update is BsonArray stages)
        {
            used.Add("update pipeline");
            InStages(stages, used, ["$set", "$unset", "$project", "$addFields", "$replaceRoot", "$replaceWith"]);
            return;
        }

        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in update.AsBsonDocument)
        {
            used.Add("update " + element.Name);
            foreach (var field in element.Value.AsBsonDocument)
            {
                Assert.True(paths.Add(field.Name.Split('.')[0]), $"two operators on one path are a conflict (error 40): {update}");
                foreach (var modifier in element.Name == "$push" ? field.Value.AsBsonDocument.Names : [])
                {
                    used.Add("modifier " + modifier);
                }

                if (element.Name == "$set")
                {
                    Plain(field.Value);
                }
            }
        }
    }

    private static void InStages(BsonValue stages, SortedSet<string> used, string[] allowed)
    {
        foreach (var stage in stages.AsBsonArray.Select(s => s.AsBsonDocument.GetElement(0)))
        {
            Assert.Contains(stage.Name, allowed);
            used.Add("stage " + stage.Name);
            if (stage.Name == "$match")
            {
                InQuery(stage.Value, used);
            }
            else
            {
                InExpression(stage.Value, used);
            }
        }
    }

    private static void InQuery(BsonValue query, SortedSet<string> used)
    {
        foreach (var element in query is BsonDocument document ? document : [])
        {
            if (element.Name.StartsWith('$'))
            {
                used.Add("query " + element.Name);
            }

            if (element.Name == "$expr")
            {
                InExpression(element.Value, used);
            }
            else if (element.Name == "$and")
            {
                element.Value.AsBsonArray.ToList().ForEach(each => InQuery(each, used));
            }
            else
            {
                InQuery(element.Value, used);
            }
        }
    }

    private static void InExpression(BsonValue expression, SortedSet<string> used)
    {
        switch (expression)
        {
            case BsonDocument document:
                foreach (var element in document)
                {
                    if (element.Name.StartsWith('$'))
                    {
                        used.Add("expression " + element.Name);
                    }

                    if (element.Name != "$literal")
                    {
                        InExpression(element.Value, used);
                    }
                }

                break;
            case BsonArray list:
                list.ToList().ForEach(each => InExpression(each, used));
                break;
            case BsonString { Value: var text } when text.StartsWith("$$", StringComparison.Ordinal):
                used.Add("variable " + text);
                break;
        }
    }

    /// <summary>Names of fields in what is stored: with '$' or '.' they need 5.0, and are not for updates even there.</summary>
    private static void Plain(BsonValue value)
    {
        foreach (var element in value is BsonDocument document ? document : [])
        {
            Assert.False(element.Name.StartsWith('$') || element.Name.Contains('.', StringComparison.Ordinal), $"the name {element.Name}");
            Plain(element.Value);
        }
    }

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
