import type { JsonObject } from '@bellhop/sdk'
import { AwsStandIn } from '../../../../../server/src/credentials/stores/aws/testing/stand-in.ts'
import type { RudeServer } from '../rude.ts'
import { isBinary, isWhole } from '../shelf.ts'
import { patienceFor, type Source, type StoreSettings } from '../source.ts'

type Keys = { access_key_id: string; secret_access_key: string }

/** @param fresh a credential by its purpose */
export async function awsSource(rude: RudeServer, fresh: (purpose: string) => string): Promise<Source> {
  const aws = await AwsStandIn.start()
  const keysOf = (whose: string): Keys => ({
    access_key_id: `AKIA${fresh(`id of the ${whose}`)}`,
    secret_access_key: fresh(`key of the ${whose}`)
  })
  const [strong, weak, unknown] = [keysOf('store'), keysOf('weak one'), keysOf('stranger')]
  const wrong = { ...strong, secret_access_key: fresh('wrong key') }
  aws.keys.set(strong.access_key_id, { secret: strong.secret_access_key })
  aws.keys.set(weak.access_key_id, { secret: weak.secret_access_key, denied: ['GetSecretValue'] })
  const at = (name: string, endpoint: string, keys: Keys & JsonObject): StoreSettings => ({
    name,
    kind: 'aws_secrets_manager',
    config: { region: 'eu-west-1', endpoint, ...keys, timeout: patienceFor(name) }
  })
  return {
    well: at('aws', aws.url, strong),
    troubled: [
      at('aws-weak', aws.url, weak),
      at('aws-unknown', aws.url, unknown),
      at('aws-wrong', aws.url, wrong),
      ...rude.manners.map((manner) => at(`aws-${manner}`, rude.at(manner), strong))
    ],
    secrets: [strong, weak, unknown, wrong].flatMap((keys) => Object.values(keys)),
    keep({ key, value, fields }, credential) {
      const text = isWhole(credential) ? value : JSON.stringify(fields)
      aws.secrets.put(`customers/${key}`, isBinary(credential) ? Buffer.from(text, 'base64') : text)
    },
    close: () => aws.close()
  }
}
