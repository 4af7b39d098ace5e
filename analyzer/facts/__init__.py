"""Named structures, recognised by dataflow: one frozen type and one pure finder each."""
