import internalGrpc from '@chirpstack/chirpstack-api/api/internal_grpc_pb.js'
import internalPb from '@chirpstack/chirpstack-api/api/internal_pb.js'
import { type handleUnaryCall, status, type UntypedServiceImplementation } from '@grpc/grpc-js'
import { fill } from '../../../adapters/chirpstack/wire/fill.ts'
import { Refusal } from './refusal.ts'
import { asStatus } from './service.ts'

export const internalDefinition = internalGrpc.InternalServiceService

/** Login as a fresh ChirpStack has it: admin and admin give a token that may do all. */
export function internalService(userToken: string): UntypedServiceImplementation {
  const login: handleUnaryCall<internalPb.LoginRequest, internalPb.LoginResponse> = (call, callback) => {
    try {
      const isAdmin = call.request.getEmail() === 'admin' && call.request.getPassword() === 'admin'
      if (!isAdmin) throw new Refusal(status.UNAUTHENTICATED, 'Invalid username or password')
      callback(null, fill(new internalPb.LoginResponse(), { jwt: userToken }))
    } catch (thrown) {
      callback(asStatus(thrown))
    }
  }
  return { login }
}
