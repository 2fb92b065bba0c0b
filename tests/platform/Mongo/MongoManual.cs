namespace Holdfast.Platform.Tests.Mongo;

/// <summary>
/// Rules of MongoDB's manual, as far as the provider uses it. A command with a piece that is not listed, or one that breaks a rule of
/// its place, is refused here, for no server could be asked.
/// </summary>
internal static class MongoManual
{
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

        return [.. used.Select(piece => ManualRules.All.TryGetValue(piece, out var rule)
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
}
