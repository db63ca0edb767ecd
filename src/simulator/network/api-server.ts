import { Server, ServerCredentials } from '@grpc/grpc-js'
import { applicationDefinition, applicationService } from './api/application-service.ts'
import { deviceActivationService } from './api/device-activation-service.ts'
import { deviceKeysService } from './api/device-keys-service.ts'
import { deviceMetricsService } from './api/device-metrics-service.ts'
import { deviceProfileDefinition, deviceProfileService } from './api/device-profile-service.ts'
import { deviceQueueService } from './api/device-queue-service.ts'
import { deviceDefinition, deviceService } from './api/device-service.ts'
import { gatewayDefinition, gatewayService } from './api/gateway-service.ts'
import { internalDefinition, internalService } from './api/internal-service.ts'
import { multicastGroupDefinition, multicastGroupService } from './api/multicast-group-service.ts'
import { multicastQueueService } from './api/multicast-queue-service.ts'
import type { ApiContext } from './api/service.ts'
import { tenantDefinition, tenantService } from './api/tenant-service.ts'

/** The gRPC API on a loopback port; what is not emulated answers UNIMPLEMENTED. */
export class ApiServer {
  readonly #context: ApiContext
  readonly #userToken: string
  #server: Server | null = null

  constructor(context: ApiContext, userToken: string) {
    this.#context = context
    this.#userToken = userToken
  }

  /** `port` 0 takes a free one; resolves with the port, rejects when it is taken. */
  async start(port: number): Promise<number> {
    const context = this.#context
    const server = new Server()
    server.addService(tenantDefinition, tenantService(context))
    server.addService(applicationDefinition, applicationService(context))
    server.addService(deviceProfileDefinition, deviceProfileService(context))
    server.addService(gatewayDefinition, gatewayService(context))
    server.addService(deviceDefinition, {
      ...deviceService(context),
      ...deviceKeysService(context),
      ...deviceActivationService(context),
      ...deviceQueueService(context),
      ...deviceMetricsService(context),
    })
    server.addService(multicastGroupDefinition, { ...multicastGroupService(context), ...multicastQueueService(context) })
    server.addService(internalDefinition, internalService(this.#userToken))
    this.#server = server
    return new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)))
    })
  }

  async stop(): Promise<void> {
    this.#server?.forceShutdown()
    this.#server = null
  }
}
