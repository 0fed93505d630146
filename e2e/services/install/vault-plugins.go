//go:build minimal

// Takes the place of Vault's file of the same purpose in a build with its tag `minimal`: that leaves out the SDKs of a
// dozen clouds, which take most of the time. These are the plugins that the stores are tested with.
package builtinplugins

import (
	"maps"

	kubernetes "github.com/hashicorp/vault-plugin-auth-kubernetes"
	"github.com/hashicorp/vault/builtin/logical/aws"
	"github.com/hashicorp/vault/plugins/database/mysql"
	"github.com/hashicorp/vault/plugins/database/postgresql"
)

func extendAddonPlugins(all *registry) {
	maps.Copy(all.credentialBackends, map[string]credentialBackend{
		"kubernetes": {Factory: kubernetes.Factory},
	})
	maps.Copy(all.databasePlugins, map[string]databasePlugin{
		"mysql-database-plugin":      {Factory: mysql.New(mysql.DefaultUserNameTemplate)},
		"postgresql-database-plugin": {Factory: postgresql.New},
	})
	maps.Copy(all.logicalBackends, map[string]logicalBackend{
		"aws": {Factory: aws.Factory},
	})
}
