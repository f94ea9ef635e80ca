#!/bin/sh
# Regenerates Sources/AgentProtocol/Generated from agent.proto.
# Needs protoc (Debian: protobuf-compiler) and the two plugins:
#   swift build --product protoc-gen-swift && swift build --product protoc-gen-grpc-swift-2
set -eu
cd "$(dirname "$0")/.."
bin=${PLUGINS:-.build/debug}
out=${OUT:-Sources/AgentProtocol/Generated}
mkdir -p "$out"
protoc -I Protos \
    --plugin="protoc-gen-swift=$bin/protoc-gen-swift" \
    --plugin="protoc-gen-grpc-swift-2=$bin/protoc-gen-grpc-swift-2" \
    --swift_out="$out" \
    --swift_opt=Visibility=Package \
    --grpc-swift-2_out="$out" \
    --grpc-swift-2_opt=Visibility=Package \
    agent.proto
