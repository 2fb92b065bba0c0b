return await Holdfast.Data.DataCommand.Run(args, new Holdfast.Data.Databases.Engines());
