{
  description = "Command-line admin tool for HydraCore";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable"; # needs the Go release that go.mod names, or a later one

  outputs =
    { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: {
        default = pkgs.buildGoModule {
          pname = "hydractl";
          version = self.shortRev or "dev";
          src = self;
          vendorHash = "sha256-aAhDz/+ffc6H7dXh+fUYeCGj0goFx3VUqctPNTp9CAo="; # CI=true go test ./test/e2e -run TestFlake_VendorHash says what it has to be
          subPackages = [ "." ];
          env.CGO_ENABLED = 0;
          tags = [ "nethttpomithttp2" ];
          ldflags = [ "-s" "-w" "-funcalign=16" "-X main.commit=${self.rev or "dirty"}" ];
          doCheck = false; # .ci/run does
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = pkgs.lib.optionalString (pkgs.stdenv.buildPlatform.canExecute pkgs.stdenv.hostPlatform) ''
            installShellCompletion --cmd hydractl \
              --bash <($out/bin/hydractl completion bash) \
              --zsh <($out/bin/hydractl completion zsh) \
              --fish <($out/bin/hydractl completion fish)
          '';
          meta = {
            homepage = "https://github.com/hydracore/hydractl";
            license = pkgs.lib.licenses.asl20;
            mainProgram = "hydractl";
          };
        };
      });
    };
}
