import ForwardingTables
import PipelineSupport

/// A host with its judge: the demo's, and random ones.
struct FuzzedScene {
    let scene: HostScene
    let machine: Machine
    let judge: Judge
    let traffic: SceneTraffic
    /// Interfaces of ports, then the uplink.
    let interfaces: [UInt32]
    let vocabulary: Vocabulary

    init(_ scene: HostScene) {
        self.scene = scene
        machine = scene.machine
        judge = Judge(scene)
        traffic = SceneTraffic(scene)
        interfaces = scene.host.interfaces.values.map(\.index).sorted() + [scene.uplink]
        vocabulary = Vocabulary(scene)
    }

    /// The first is the demo's.
    static func all() -> [FuzzedScene] {
        [FuzzedScene(HostScene(Scenario()))] + (0..<15).map { FuzzedScene(HostScene.random(seed: $0)) }
    }
}
