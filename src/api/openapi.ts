import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { tokenRecordSchema } from '../access/tokens.ts'
import { findingSchema } from '../health/finding.ts'
import { assetViewSchema, deviceViewSchema, gatewayViewSchema } from '../inventory/views.ts'
import { readingSchema } from '../readings/reading.ts'
import { commandSchema } from '../vocabulary/command.ts'
import { codecViewSchema } from './contract/codecs.ts'
import { orderViewSchema } from './contract/commands.ts'
import { contract } from './contract/contract.ts'
import { deadLetterViewSchema } from './contract/dead-letters.ts'
import { problemMediaType, problemSchema } from './contract/problem.ts'
import { statusSchema } from './contract/status.ts'

export type OpenApiDocument = Awaited<ReturnType<OpenAPIGenerator['generate']>>

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const

/** The contract as OpenAPI 3.1; every operation also answers with problem details. */
export async function openApiDocument(version: string): Promise<OpenApiDocument> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(contract, {
    info: {
      title: 'Ondine',
      version,
      description:
        'Devices, readings and orders of a territory’s LoRaWAN network. Lists page by `cursor`; errors are problem details (RFC 9457).',
    },
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    commonSchemas: {
      Asset: { schema: assetViewSchema, strategy: 'output' },
      Codec: { schema: codecViewSchema, strategy: 'output' },
      Command: { schema: commandSchema },
      DeadLetter: { schema: deadLetterViewSchema, strategy: 'output' },
      Device: { schema: deviceViewSchema, strategy: 'output' },
      Finding: { schema: findingSchema, strategy: 'output' },
      Gateway: { schema: gatewayViewSchema, strategy: 'output' },
      Order: { schema: orderViewSchema, strategy: 'output' },
      Problem: { schema: problemSchema, strategy: 'output' },
      Reading: { schema: readingSchema, strategy: 'output' },
      Status: { schema: statusSchema, strategy: 'output' },
      Token: { schema: tokenRecordSchema, strategy: 'output' },
    },
  })
  const problem = {
    description: 'What is wrong, and what to do',
    content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
  }
  for (const item of Object.values(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item?.[method]
      if (operation !== undefined) operation.responses = { ...operation.responses, default: problem }
    }
  }
  return document
}
