import type { Client } from '../../api/contract/client.ts'

/**
 * What people call assets of which topics and readings know the slug: their code, by slug. An asset that this role is not shown by its
 * code, or that is gone meanwhile, goes by its slug.
 */
export async function assetCodes(client: Client, tenant: string, slugs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const named = [...new Set(slugs)].map(async (slug): Promise<[string, string]> => {
    const asset = await client.assets.get({ slug, tenant }).catch(() => undefined)
    return [slug, asset?.code ?? slug]
  })
  return new Map(await Promise.all(named))
}
