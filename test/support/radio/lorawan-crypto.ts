import { createCipheriv } from 'node:crypto'

export interface Session {
  devAddr: Buffer
  nwkSKey: Buffer
  appSKey: Buffer
}

/** AES-128 in ECB, one block after the other, without padding (LoRaWAN 1.0.3 §6.2.5). */
function aes(key: Buffer, blocks: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(blocks), cipher.final()])
}

/** Opens a join-accept, which the network encrypts by decrypting, and derives the session keys (LoRaWAN 1.0.3 §6.2.5). */
export function acceptJoin(appKey: Buffer, devNonce: number, phyPayload: Buffer): Session {
  const clear = aes(appKey, phyPayload.subarray(1))
  const appNonce = clear.subarray(0, 3)
  const netId = clear.subarray(3, 6)
  const nonce = Buffer.alloc(2)
  nonce.writeUInt16LE(devNonce)
  const derive = (type: number) => aes(appKey, Buffer.concat([Buffer.of(type), appNonce, netId, nonce, Buffer.alloc(7)]))
  return { devAddr: Buffer.from(clear.subarray(6, 10)).reverse(), nwkSKey: derive(1), appSKey: derive(2) }
}
