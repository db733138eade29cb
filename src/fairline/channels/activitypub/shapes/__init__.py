"""What documents of the fediverse look like, whatever software wrote them. Pure."""
