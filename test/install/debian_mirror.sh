# To be sourced. Where this machine's apt has Debian packages from; "" when it knows no such place.
debian_mirror() {
    echo "${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2> /dev/null |
        sed -n 's/^Debian //p' | grep -v security | head -n 1)}"
}
