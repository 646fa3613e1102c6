"""What every room uses: emotions, errors, files, images, the machine."""
